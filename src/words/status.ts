// What runs and waits, in people's words. Pure.
import type { Result, SessionLine, TaskLine } from '../domain/result.js';
import { count, duration, tokens } from '../text/amounts.js';
import { waitInWords } from './delay.js';
import type { Medium } from './medium.js';

type Status = Extract<Result, { kind: 'status' }>;
type Queue = Extract<Result, { kind: 'queue' }>;

export function statusInWords({ tasks, question, session, now }: Status, medium: Medium): string {
  const { item, command } = medium;
  const lines = tasks.map((line) => item(`${line.task}: ${taskInWords(line, now, medium)}`));
  if (question !== undefined)
    lines.push(
      item(`${question}: the agent asked a question; answer with ${command('continue')} and your answer`),
    );
  if (lines.length === 0) lines.push(item('nothing runs and nothing waits here'));
  return [medium.strong('Status'), ...lines, ...sessionLines(session, medium)].join('\n');
}

export function queueInWords({ tasks, more, elsewhere, now }: Queue, medium: Medium): string {
  const rows = tasks.map((line) =>
    medium.item(`${line.task} on ${medium.subject(line.subject)}: ${taskInWords(line, now, medium)}`),
  );
  if (more > 0) rows.push(medium.item(`and ${more} more`));
  if (rows.length === 0) rows.push(medium.item('nothing of this repository runs or waits'));
  if (elsewhere > 0) rows.push(medium.item(`${elsewhere} of other repositories`));
  return [medium.strong('Queue'), ...rows].join('\n');
}

export function taskInWords(line: TaskLine, now: number, medium: Medium): string {
  switch (line.state) {
    case 'ready':
    case 'waiting':
    case 'delayed':
      return `queued, ${waitInWords(line, now, medium, 'another task of this issue')}`;
    case 'running':
      return `running for ${duration(now - (line.startedAt ?? now))}, attempt ${line.attempts}${used(line)}`;
    case 'reporting':
      return 'finished, its result is being brought to the forge';
    case 'needs_input':
      return 'waits for an answer';
    case 'done':
    case 'failed':
    case 'cancelled':
      return line.state;
  }
}

function used({ usage }: TaskLine): string {
  const said = usage && tokens(usage.inputTokens, usage.outputTokens, usage.costUsd);
  return said === undefined ? '' : `, ${said} so far`;
}

function sessionLines(session: SessionLine | undefined, { item, code, number }: Medium): string[] {
  if (session === undefined) return [item('session: none')];
  const { state, agent, turns, leaving, branch, pull } = session;
  return [
    item(`session: ${state}, agent ${code(agent)}, ${count(turns, 'turn')}`),
    ...(leaving ? [item('it is being removed; a command that comes now is carried out after that')] : []),
    ...(branch === undefined ? [] : [item(`branch: ${code(branch)}`)]),
    ...(pull === undefined ? [] : [item(`pull request: ${number(pull.number)} (${pull.state})`)]),
  ];
}
