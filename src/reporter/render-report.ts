// The report: one comment per task, kept up to date. Pure.
import { explainDelay } from '../domain/delay.js';
import type { Session } from '../domain/session.js';
import { snapshotHash } from '../domain/snapshot.js';
import type { Snapshot, Task } from '../domain/task.js';
import { duration } from '../support/text/duration.js';
import { codeSpan } from '../support/text/fence.js';
import { singleLine } from '../support/text/lines.js';
import { details, tokens } from './words.js';

export interface ReportFacts {
  readonly task: Task;
  readonly session: Session;
  /** From 1 over the whole queue; only while queued. */
  readonly place: number | undefined;
  /** Id of the task of the same issue that is waited for. */
  readonly waitsFor: string | undefined;
  readonly now: number;
  /** What the sandbox keeps apart and what it does not. */
  readonly sandbox: string;
  readonly word: string;
}

export function renderReport(facts: ReportFacts): string {
  const { task } = facts;
  const lines = [firstLine(facts), ...todoLines(task)];
  if (task.state === 'running' && task.progress?.lastTool !== undefined) {
    lines.push('', `${codeSpan(singleLine(task.progress.lastTool, 120))} …`);
  }
  const { notice } = facts.session;
  if (notice?.taskId === task.id) lines.push('', notice.text);
  lines.push('', details('Task, usage, sandbox', detailLines(facts)));
  return lines.join('\n');
}

function firstLine(facts: ReportFacts): string {
  const { task, session } = facts;
  const who = `${task.options.agent ?? session.agent}${session.branch === undefined ? '' : ` · ${codeSpan(session.branch)}`}`;
  switch (task.state) {
    case 'ready':
      return `**Queued** · ${ordinal(facts.place)} in line, waits for a slot`;
    case 'waiting':
      return `**Queued** · ${ordinal(facts.place)} in line, waits for ${facts.waitsFor ?? 'another task'} on this issue`;
    case 'delayed':
      return `**Queued** · ${explainDelay(task, facts.now)}`;
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

function endLine({ task, session }: ReportFacts): string {
  const outcome = task.outcome;
  if (outcome === undefined) return '**Ended**';
  switch (outcome.kind) {
    case 'done': {
      const pull =
        outcome.result === 'pull_request' && session.pull !== undefined ? ` · #${session.pull.number}` : '';
      return `**Done**${pull}${outcome.result === 'no_changes' ? ' · no changes' : ''}`;
    }
    case 'needs_input':
      return '**Waiting for you** · the agent asked a question';
    case 'failed':
      return `**Failed** · ${outcome.cause}`;
    case 'cancelled':
      return `**Stopped** · ${outcome.by}`;
    case 'merged':
      return `**Merged into ${outcome.into}** · its message is part of that turn`;
  }
}

function todoLines(task: Task): string[] {
  return (task.progress?.todos ?? []).map(
    (todo) => `- [${todo.done ? 'x' : ' '}] ${codeSpan(singleLine(todo.text, 160))}`,
  );
}

function detailLines({ task, session, sandbox }: ReportFacts): string[] {
  const used = tokens(
    task.progress?.inputTokens ?? 0,
    task.progress?.outputTokens ?? 0,
    task.progress?.costUsd ?? 0,
  );
  return [
    `- task ${task.id}, asked by ${codeSpan(task.actor.login)}, attempt ${Math.max(task.attempts, 1)}`,
    `- agent ${codeSpan(task.options.agent ?? session.agent)}${task.options.model === undefined ? '' : `, model ${codeSpan(task.options.model)}`}`,
    ...(used === undefined ? [] : [`- usage: ${used}`]),
    ...(task.snapshot === undefined ? [] : [toldLine(task.snapshot)]),
    `- sandbox: ${sandbox}`,
  ];
}

/** What the agent was told of the issue, by a name that can be compared. */
function toldLine(snapshot: Snapshot): string {
  const { until, leftOut = 0 } = snapshot;
  const moment = until === undefined ? '' : ` as of ${until}`;
  const rest = leftOut === 0 ? 'nothing left out' : `${leftOut} later or strangers' texts left out`;
  return `- told: the issue${moment}, snapshot ${codeSpan(snapshotHash(snapshot))}, ${rest}`;
}

function ordinal(place: number | undefined): string {
  if (place === undefined || place < 1) return 'soon';
  const suffix =
    place % 100 >= 11 && place % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return `${place}${suffix}`;
}
