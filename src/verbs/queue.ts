// queue: the queue, with state, age, place and why each task waits. Tasks of other repositories are only counted.
import { showSubject } from '../domain/refs.js';
import type { Task } from '../domain/task.js';
import type { Ask, Decision, Verb, VerbDeps } from './verb.js';
import { explainState } from './status.js';

const MOST_ROWS = 30;

export const queue: Verb = {
  name: 'queue',
  usage: '',
  summary: 'Shows the queue: state, place and why each task waits.',
  audience: 'reader',
  flags: [],
  decide,
};

async function decide(deps: VerbDeps, ask: Ask): Promise<Decision> {
  const { queue } = deps.store;
  const { repo } = ask.subject;
  const running = (await queue.inState(['running'])).filter((task) => isSameRepo(task, ask));
  const shown = [...running, ...(await queue.queued({ repo, limit: MOST_ROWS }))].slice(0, MOST_ROWS);
  const rows: string[] = [];
  for (const task of shown) {
    const explained = explainState(task, await queue.placeOf(task.id), deps.now());
    rows.push(`- ${task.id} on #${task.subject.number}: ${explained}`);
  }
  const here = await queue.countLive(repo);
  if (here > shown.length) rows.push(`- and ${here - shown.length} more`);
  if (rows.length === 0) rows.push('- nothing of this repository runs or waits');
  const elsewhere = (await queue.countLive()) - here;
  if (elsewhere > 0) rows.push(`- ${elsewhere} of other repositories`);
  return {
    result: 'answered',
    note: `answered for ${showSubject(ask.subject)}`,
    reply: ['**Queue**', ...rows].join('\n'),
  };
}

function isSameRepo(task: Task, ask: Ask): boolean {
  return task.subject.repo.forge === ask.subject.repo.forge && task.subject.repo.id === ask.subject.repo.id;
}
