// queue: the queue, with state, age, place and why each task waits. Tasks of other repositories are only counted.
import { showSubject } from '../../domain/refs.js';
import type { Task } from '../../domain/task.js';
import type { Ask, Decision, Verb, VerbDeps } from '../verb.js';
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
  const running = await deps.tables.tasks.inState(['running']);
  const queued = await deps.tables.tasks.queue();
  const all = [...running, ...queued];
  const here = all.filter((task) => isSameRepo(task, ask));
  const rows = here.slice(0, MOST_ROWS).map((task) => {
    const place = queued.findIndex((other) => other.id === task.id) + 1;
    return `- ${task.id} on #${task.subject.number}: ${explainState(task, place, deps.now())}`;
  });
  if (here.length > MOST_ROWS) rows.push(`- and ${here.length - MOST_ROWS} more`);
  if (rows.length === 0) rows.push('- nothing of this repository runs or waits');
  const elsewhere = all.length - here.length;
  if (elsewhere > 0) rows.push(`- ${elsewhere} of other repositories`);
  return { note: `answered for ${showSubject(ask.subject)}`, reply: ['**Queue**', ...rows].join('\n') };
}

function isSameRepo(task: Task, ask: Ask): boolean {
  return task.subject.repo.forge === ask.subject.repo.forge && task.subject.repo.id === ask.subject.repo.id;
}
