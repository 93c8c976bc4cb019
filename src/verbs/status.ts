// status: what is running and waiting on this issue, and why.
import { explainDelay } from '../domain/delay.js';
import { issueKeyOf } from '../domain/refs.js';
import type { Session } from '../domain/session.js';
import { QUEUED, type Task } from '../domain/task.js';
import { count, duration, ordinal, tokens } from '../text/amounts.js';
import { sessionOf } from '../work/whose-session.js';
import { wordOf, type Ask, type Decision, type Verb, type VerbDeps } from './verb.js';

export const status: Verb = {
  name: 'status',
  usage: '',
  summary: 'Says what runs and waits on this issue and why, with branch, pull request and usage.',
  audience: 'reader',
  flags: [],
  decide,
};

async function decide(deps: VerbDeps, ask: Ask): Promise<Decision> {
  const session = await sessionOf(deps.store, ask.forge, ask.subject);
  const issueKey = session?.issueKey ?? issueKeyOf(ask.subject);
  const tasks = await deps.store.queue.ofIssue(issueKey, [...QUEUED, 'running', 'reporting']);
  const lines: string[] = [];
  for (const task of tasks) {
    const place = await deps.store.queue.placeOf(task.id);
    lines.push(`- ${task.id}: ${explainState(task, place, deps.now())}`);
  }
  if (session?.state === 'waiting') lines.push(...(await questionLine(deps, issueKey)));
  if (lines.length === 0) lines.push('- nothing runs and nothing waits here');
  return {
    result: 'answered',
    note: 'answered',
    reply: ['**Status**', ...lines, ...sessionLines(session)].join('\n'),
  };
}

async function questionLine(deps: VerbDeps, issueKey: string): Promise<string[]> {
  const last = (await deps.store.queue.ofIssue(issueKey, ['needs_input'])).at(-1);
  if (last === undefined) return [];
  return [
    `- ${last.id}: the agent asked a question; answer with \`${wordOf(deps)} continue\` and your answer`,
  ];
}

/** In people's words; `place` counts from 1 over the whole queue. */
export function explainState(task: Task, place: number | undefined, now: number): string {
  switch (task.state) {
    case 'ready':
      return `queued, ${ordinal(place ?? 1)} in line, waits for a slot`;
    case 'waiting':
      return `queued, ${ordinal(place ?? 1)} in line, waits for another task of this issue`;
    case 'delayed':
      return `queued, ${explainDelay(task, now)}`;
    case 'running':
      return `running for ${duration(now - (task.startedAt ?? now))}, attempt ${task.attempts}${usage(task)}`;
    case 'reporting':
      return 'finished, its result is being brought to the forge';
    case 'needs_input':
      return 'waits for an answer';
    case 'done':
    case 'failed':
    case 'cancelled':
      return task.state;
  }
}

function usage(task: Task): string {
  const { inputTokens = 0, outputTokens = 0, costUsd = 0 } = task.progress ?? {};
  const used = tokens(inputTokens, outputTokens, costUsd);
  return used === undefined ? '' : `, ${used} so far`;
}

function sessionLines(session: Session | undefined): string[] {
  if (session === undefined) return ['- session: none'];
  const lines = [`- session: ${session.state}, agent \`${session.agent}\`, ${count(session.turns, 'turn')}`];
  if (session.reap !== undefined)
    lines.push('- it is being removed; a command that comes now is carried out after that');
  if (session.branch !== undefined) lines.push(`- branch: \`${session.branch}\``);
  if (session.pull !== undefined)
    lines.push(`- pull request: #${session.pull.number} (${session.pull.state})`);
  return lines;
}
