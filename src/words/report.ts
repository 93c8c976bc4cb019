// The report: one comment per task, kept up to date. Pure.
import { waitsForOf } from '../domain/task-line.js';
import type { Session } from '../domain/session.js';
import { snapshotHash } from '../domain/snapshot.js';
import type { Snapshot, Task } from '../domain/task.js';
import { count, duration, ordinal, tokens } from '../text/amounts.js';
import type { Foreign } from '../text/foreign.js';
import { stoppedBy } from './ended-by.js';
import { waitInWords } from './delay.js';
import { markdown } from './medium.js';
import { causeInWords, details } from './phrases.js';

export interface ReportFacts {
  readonly task: Task;
  readonly session: Session;
  /** From 1 over the whole queue; only while queued. */
  readonly place: number | undefined;
  /** Id of the task of the same issue that is waited for. */
  readonly waitsFor: string | undefined;
  /** Id of the first task that came after it; asked for only where it ended with a question. */
  readonly answeredBy: string | undefined;
  readonly now: number;
  /** What the sandbox keeps apart and what it does not: a sentence. */
  readonly sandbox: string;
  readonly foreign: Foreign;
}

const MOST_TODOS = 30;

export function renderReport(facts: ReportFacts): string {
  const lines = [firstLine(facts), ...todoLines(facts), ...currentLines(facts)];
  const { notice } = facts.session;
  if (notice?.taskId === facts.task.id) lines.push('', notice.text);
  lines.push('', details('Task, usage, sandbox', detailLines(facts)));
  return lines.join('\n');
}

function firstLine(facts: ReportFacts): string {
  const { task, session, foreign } = facts;
  const branch = session.branch === undefined ? '' : ` · ${foreign.code(session.branch, 200)}`;
  const who = `${foreign.line(task.options.agent ?? session.agent, 100)}${branch}`;
  switch (task.state) {
    case 'ready':
      return `**Queued** · ${place(facts)}waits for a slot`;
    case 'waiting':
      return `**Queued** · ${place(facts)}waits for ${facts.waitsFor ?? 'another task'} on this issue`;
    case 'delayed':
      return `**Queued** · ${delay(facts)}`;
    case 'running':
      return `**Working on it** · ${who} · ${duration(facts.now - (task.startedAt ?? facts.now))}`;
    case 'reporting':
      return task.outcome?.kind === 'cancelled'
        ? endLine(facts)
        : `**Finishing** · ${who} · brings the result to the forge`;
    case 'needs_input':
    case 'done':
    case 'failed':
    case 'cancelled':
      return endLine(facts);
  }
}

function endLine({ task, session, answeredBy, foreign }: ReportFacts): string {
  const outcome = task.outcome;
  if (outcome === undefined) return '**Ended**';
  switch (outcome.kind) {
    case 'done': {
      const pull =
        outcome.result === 'pull_request' && session.pull !== undefined ? ` · #${session.pull.number}` : '';
      return `**Done**${pull}${outcome.result === 'no_changes' ? ' · no changes' : ''}`;
    }
    case 'needs_input':
      return answeredBy === undefined
        ? '**Waiting for you** · the agent asked a question'
        : `**Answered** · the agent asked a question, ${answeredBy} goes on`;
    case 'failed':
      return `**Failed** · ${causeInWords(outcome.cause)}`;
    case 'cancelled':
      return `**Stopped** · ${stoppedBy(outcome.by, foreign)}`;
    case 'folded':
      return `**Merged into ${outcome.into}** · its message is part of that turn`;
  }
}

function delay({ task, now }: ReportFacts): string {
  // Where there is no command in it, the word does not matter.
  return waitInWords({ waitsFor: waitsForOf(task), attempts: task.attempts }, now, markdown(''), '');
}

function todoLines({ task, foreign }: ReportFacts): string[] {
  const todos = task.progress?.todos ?? [];
  const rest = todos.length - MOST_TODOS;
  return [
    ...todos
      .slice(0, MOST_TODOS)
      .map((todo) => `- [${todo.done ? 'x' : ' '}] ${foreign.code(todo.text, 160)}`),
    ...(rest > 0 ? [`- and ${count(rest, 'more', 'more')}`] : []),
  ];
}

/** What it does and what it said last, while it works. */
function currentLines({ task, foreign }: ReportFacts): string[] {
  if (task.state !== 'running') return [];
  const tool = foreign.code(task.progress?.lastTool ?? '', 120);
  // Masked as a whole: a line of it may hold half a secret.
  const said = foreign
    .mask(task.progress?.lastText ?? '')
    .trim()
    .split(/\r\n?|\n/);
  const text = foreign.quote(said.at(-1) ?? '', { maxLines: 1, maxChars: 200 });
  return [...(tool === '' ? [] : ['', `${tool} …`]), ...(text === '' ? [] : ['', text])];
}

function detailLines({ task, session, sandbox, foreign }: ReportFacts): string[] {
  const { inputTokens = 0, outputTokens = 0, costUsd = 0 } = task.progress ?? {};
  const used = tokens(inputTokens, outputTokens, costUsd);
  const model = task.options.model === undefined ? '' : `, model ${foreign.code(task.options.model, 100)}`;
  return [
    `- task ${task.id}, asked ${task.actor.kind === 'operator' ? 'over the API ' : ''}by ${foreign.code(task.actor.login, 100)}, attempt ${Math.max(task.attempts, 1)}`,
    `- agent ${foreign.code(task.options.agent ?? session.agent, 100)}${model}`,
    ...(used === undefined ? [] : [`- usage: ${used}`]),
    ...(task.snapshot === undefined ? [] : [toldLine(task.snapshot, foreign)]),
    `- ${sandbox}`,
  ];
}

function place({ place: number }: ReportFacts): string {
  return number === undefined || number < 1 ? '' : `${ordinal(number)} in line, `;
}

/** What the agent was told of the issue, by a name that can be compared. */
function toldLine(snapshot: Snapshot, foreign: Foreign): string {
  const { until, leftOut = 0 } = snapshot;
  const moment = until === undefined ? '' : ` as of ${foreign.line(until, 40)}`;
  const rest =
    leftOut === 0
      ? 'nothing left out'
      : `${count(leftOut, "later or stranger's text", "later or strangers' texts")} left out`;
  return `- told: the issue${moment}, snapshot ${foreign.code(snapshotHash(snapshot), 80)}, ${rest}`;
}
