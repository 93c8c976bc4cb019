// The final comment: new, because edits notify nobody; at most 12 lines and a folded evidence pack. Pure.
import type { Run } from '../domain/run.js';
import type { Session } from '../domain/session.js';
import type { Task, TaskOutcome } from '../domain/task.js';
import { listed, moment } from '../text/amounts.js';
import type { Foreign } from '../text/foreign.js';
import { mentions, stoppedBy } from './ended-by.js';
import { evidenceLines } from './evidence.js';
import { nextStep } from './next-step.js';
import { causeInWords, details } from './phrases.js';
import { whatIsLeft } from './what-is-left.js';

export interface FinalFacts {
  readonly task: Task;
  /** Tasks of the same issue that one command ended together with this one. */
  readonly also: readonly Task[];
  /** As it is now: the pull request may be merged and the worktree gone by the time this is said. */
  readonly session: Session;
  readonly runs: readonly Run[];
  readonly word: string;
  readonly foreign: Foreign;
}

const NO_OUTCOME: TaskOutcome = {
  kind: 'failed',
  cause: 'agent',
  message: 'The task ended without an outcome.',
};

export function renderFinal(facts: FinalFacts): string {
  const { task, also, runs, session, word } = facts;
  const outcome = task.outcome ?? NO_OUTCOME;
  const to = mentions([task, ...also]);
  const lines = [
    `${to === '' ? '' : `${to} `}${headline(facts, outcome)}`,
    ...body(facts, outcome),
    '',
    nextStep(outcome, session, word),
  ];
  const evidence = evidenceLines(runs, facts.foreign);
  if (evidence.length > 0) lines.push('', details('Evidence', evidence));
  return lines.filter((line, index) => !(line === '' && lines[index - 1] === '')).join('\n');
}

function headline(facts: FinalFacts, outcome: TaskOutcome): string {
  switch (outcome.kind) {
    case 'done':
      return doneLine(facts, outcome.result);
    case 'needs_input':
      return '**A question**:';
    case 'failed':
      return `**Failed** (${causeInWords(outcome.cause)}).`;
    case 'cancelled': {
      const { task, also, foreign } = facts;
      const by = stoppedBy(outcome.by, foreign);
      const what = also.length === 0 ? '' : `: ${listed([task, ...also].map(({ id }) => id))}`;
      return outcome.by.includes(' ') ? `**Stopped**: ${by}${what}.` : `**Stopped** ${by}${what}.`;
    }
    case 'folded':
      return `**Merged** into ${outcome.into}.`;
  }
}

function doneLine({ session }: FinalFacts, result: 'pull_request' | 'no_changes' | 'answered'): string {
  if (result === 'answered') return '**Answered**.';
  const { pull } = session;
  if (result === 'no_changes') return '**Done**, without changes.';
  if (pull === undefined) return '**Done**.';
  switch (pull.state) {
    case 'open':
      return `**Done**: the pull request is #${pull.number}.`;
    case 'merged':
      return `**Done**: the pull request #${pull.number} is merged.`;
    case 'closed':
      return `**Done**: the pull request was #${pull.number}, closed without a merge.`;
  }
}

const QUOTE = { maxLines: 7, maxChars: 1_500 };

function body({ session, foreign }: FinalFacts, outcome: TaskOutcome): string[] {
  switch (outcome.kind) {
    case 'done': {
      const said = foreign.quote(outcome.summary, QUOTE);
      if (said !== '') return ['', said];
      return [
        '',
        outcome.result === 'no_changes'
          ? 'The agent said nothing and changed nothing.'
          : 'The agent said nothing.',
      ];
    }
    case 'needs_input':
      return ['', foreign.quote(outcome.question, QUOTE)];
    case 'failed':
      return [
        '',
        foreign.quote(outcome.message, QUOTE),
        '',
        ...reset(outcome.resetAt),
        ...whatIsLeft(session, foreign),
      ];
    case 'cancelled':
    case 'folded':
      return ['', ...whatIsLeft(session, foreign)];
  }
}

function reset(resetAt: number | undefined): string[] {
  return resetAt === undefined ? [] : [`The quota comes back at ${moment(resetAt)}.`];
}
