// The final comment: new, because edits notify nobody; at most 12 lines and a folded evidence pack. Pure.
import type { Run } from '../domain/run.js';
import type { Session } from '../domain/session.js';
import type { FailureCause, Task, TaskOutcome } from '../domain/task.js';
import { codeSpan } from '../support/text/fence.js';
import { inert } from '../support/text/inert.js';
import { evidenceLines } from './evidence.js';
import { details } from './words.js';

export interface FinalFacts {
  readonly task: Task;
  readonly session: Session;
  readonly runs: readonly Run[];
  readonly word: string;
}

export function renderFinal(facts: FinalFacts): string {
  const { task, runs } = facts;
  const outcome = task.outcome ?? {
    kind: 'failed',
    cause: 'agent',
    message: 'The task ended without an outcome.',
  };
  const lines = [
    `@${task.actor.login} ${headline(facts, outcome)}`,
    ...body(facts, outcome),
    '',
    next(facts, outcome),
  ];
  const evidence = evidenceLines(runs);
  if (evidence.length > 0) lines.push('', details('Evidence', evidence));
  return lines.filter((line, index) => !(line === '' && lines[index - 1] === '')).join('\n');
}

function headline({ session }: FinalFacts, outcome: TaskOutcome): string {
  switch (outcome.kind) {
    case 'done': {
      const pull = session.pull === undefined ? '' : ` #${session.pull.number}`;
      if (outcome.result === 'pull_request') return `**Done**: the pull request is${pull}.`;
      return outcome.result === 'no_changes' ? '**Done**, without changes.' : '**Answered**.';
    }
    case 'needs_input':
      return '**A question**:';
    case 'failed':
      return `**Failed** (${causeInWords(outcome.cause)}).`;
    case 'cancelled':
      return `**Stopped** by ${outcome.by}.`;
    case 'merged':
      return `**Merged** into ${outcome.into}.`;
  }
}

const MOST_LINES = 7;
const MOST_CHARS = 1_500;

function body({ word, session }: FinalFacts, outcome: TaskOutcome): string[] {
  switch (outcome.kind) {
    case 'done':
      return quoted(outcome.summary, word);
    case 'needs_input':
      return quoted(outcome.question, word);
    case 'failed':
      return [...quoted(outcome.message, word), kept(session), ...reset(outcome.resetAt)].filter(
        (line) => line !== '',
      );
    case 'cancelled':
    case 'merged':
      return [kept(session)].filter((line) => line !== '');
  }
}

/** The agent's words, inert, as a block of their own, a few lines of it. */
function quoted(text: string, word: string): string[] {
  const all = inert(text.trim(), { word })
    .split('\n')
    .filter((line) => line.trim() !== '');
  const few = all.slice(0, MOST_LINES).map((line) => line.slice(0, 400));
  while (few.join('\n').length > MOST_CHARS) few.pop();
  if (few.length < all.length) few.push('…');
  return few.length === 0 ? [] : ['', ...few.map((line) => `> ${line}`)];
}

function kept(session: Session): string {
  if (session.branch === undefined) return '';
  const commit = session.headSha === undefined ? '' : ` up to ${codeSpan(session.headSha.slice(0, 10))}`;
  return `Kept: the worktree of ${codeSpan(session.branch)}${commit} and the agent's session.`;
}

function reset(resetAt: number | undefined): string[] {
  return resetAt === undefined ? [] : [`The quota comes back at ${new Date(resetAt).toISOString()}.`];
}

function next({ word, session }: FinalFacts, outcome: TaskOutcome): string {
  switch (outcome.kind) {
    case 'done':
      return session.pull === undefined
        ? `\`${word} continue …\` goes on.`
        : `Review it; \`${word} continue …\` here or there goes on.`;
    case 'needs_input':
      return `Answer with \`${word} continue …\`.`;
    case 'failed':
      return `\`${word} retry\` tries again, \`${word} continue …\` goes on with a hint.`;
    case 'cancelled':
    case 'merged':
      return `\`${word} continue …\` goes on, \`${word} destroy\` removes everything.`;
  }
}

function causeInWords(cause: FailureCause): string {
  switch (cause) {
    case 'agent':
      return 'the agent did not finish';
    case 'timeout':
      return 'timeout';
    case 'quota':
      return 'the quota of the model is used up';
    case 'auth':
      return 'a credential was refused';
    case 'config':
      return 'something has to be configured first';
    case 'handover':
      return 'the commits could not be taken over';
    case 'push':
      return 'the result could not be brought to the forge';
    case 'forge':
      return 'the forge refused';
    case 'worktree':
      return 'the worktree could not be made';
    case 'sandbox':
      return 'the sandbox does not work here';
  }
}
