// queue: the queue, with state, age, place and why each task waits. Tasks of other repositories are only counted.
import { issueKeyOf, type RepoRef } from '../domain/refs.js';
import { lineOf } from '../domain/task-line.js';
import { QUEUED, type Task } from '../domain/task.js';
import { answer, type Decision, type OpenCall, type Verb, type VerbDeps } from './verb.js';

const MOST_ROWS = 30;

export const queue: Verb = {
  name: 'queue',
  usage: '',
  summary: 'Shows the queue: state, place and why each task waits.',
  audience: 'reader',
  flags: [],
  about: 'anything',
  notThrough: { label: 'a label is a level, and who asks wants an answer now: a comment asks' },
  decide,
};

async function decide({ store, now }: VerbDeps, { subject, onlySubject }: OpenCall): Promise<Decision> {
  const { queue: tasks } = store;
  if (onlySubject && subject !== undefined) {
    const own = await tasks.ofIssue(issueKeyOf(subject), [...QUEUED, 'running']);
    const lines = await Promise.all(own.map(async (task) => lineOf(task, await tasks.placeOf(task.id))));
    const elsewhere = (await tasks.countLive()) - own.length;
    return answer({ kind: 'queue', tasks: lines, more: 0, elsewhere, now: now() });
  }
  const repo = subject?.repo;
  const running = (await tasks.inState(['running'])).filter((task) => isOf(repo, task));
  const queued = await tasks.queued({ ...(repo !== undefined && { repo }), limit: MOST_ROWS });
  const shown = [...running, ...queued].slice(0, MOST_ROWS);
  const lines = await Promise.all(shown.map(async (task) => lineOf(task, await tasks.placeOf(task.id))));
  const here = await tasks.countLive(repo);
  const all = await tasks.countLive();
  const more = Math.max(0, here - shown.length);
  return answer({ kind: 'queue', tasks: lines, more, elsewhere: all - here, now: now() });
}

function isOf(repo: RepoRef | undefined, { subject }: Task): boolean {
  return repo === undefined || (subject.repo.forge === repo.forge && subject.repo.id === repo.id);
}
