// The contract of the small tables: commands, runs, labels, repositories.
import { expect } from 'vitest';
import type { Result } from '../../../src/domain/result.js';
import type { Evidence } from '../../../src/domain/run.js';
import type { Store } from '../../../src/store/store.js';
import { ANN, API, claimed, key, newRun, newSession, newTask, WEB } from './given.js';
import type { Case, OpenedStore } from './world.js';

export const RECORD_CASES: readonly Case[] = [
  { name: 'a command is recorded once, by its origin', run: commandOnce },
  { name: 'a run comes back with its process, its end and its evidence', run: runComesBack },
  { name: 'open gives the runs without an end, ofTask those of a task in their order', run: openRuns },
  { name: 'labels are those that were last set; an issue never looked at has none', run: labels },
  { name: 'tasks and sessions carry the path their repository has now', run: renamed },
];

const DONE: Result = { kind: 'stopped', tasks: ['T-2f9c'] };

async function commandOnce(store: Store, world: OpenedStore): Promise<void> {
  const origin = 'comment:work:5:127:0';
  const command = { origin, verb: 'start', issueKey: key(1), actor: ANN, note: 'ok', result: DONE, at: 100 };
  expect(await store.inbox.findCommand(origin)).toBeUndefined();
  expect(await store.inbox.recordCommand(command)).toBe(true);
  expect(await store.inbox.recordCommand({ ...command, verb: 'stop' })).toBe(false);
  const again = await world.reopen();
  expect(await again.inbox.findCommand(origin)).toEqual({ note: 'ok', result: DONE });
  expect(await again.inbox.findCommand('comment:work:5:127:1')).toBeUndefined();
}

const EVIDENCE: Evidence = {
  agent: 'opencode',
  model: undefined,
  agentVersion: '1.2.3',
  sandbox: 'bubblewrap',
  tools: [
    { name: 'bash', title: 'npm test', exitCode: 1, ok: false },
    { name: 'edit', title: 'a.ts', exitCode: undefined, ok: true },
  ],
  inputTokens: 1,
  outputTokens: 2,
  costUsd: 0.5,
  durationMs: 1234,
};

async function runComesBack(store: Store, world: OpenedStore): Promise<void> {
  await store.queue.enqueue(newTask(1));
  const task = await claimed(store);
  const run = newRun(task);
  await store.records.runs.add(run);
  await store.records.runs.setProcess(run.id, { pid: 4711, startTicks: '99' });
  expect(await store.records.runs.ofTask(task.id)).toStrictEqual([{ ...run, pid: 4711, startTicks: '99' }]);
  await store.records.runs.end(run.id, { now: 300, ended: 'done', evidence: EVIDENCE });
  const again = await world.reopen();
  const ended = { endedAt: 300, ended: 'done', evidence: EVIDENCE };
  expect(await again.records.runs.ofTask(task.id)).toStrictEqual([
    { ...run, pid: 4711, startTicks: '99', ...ended },
  ]);
}

async function openRuns(store: Store): Promise<void> {
  for (const number of [1, 2]) await store.queue.enqueue(newTask(number));
  const task = await claimed(store);
  const other = await claimed(store);
  await store.records.runs.add(newRun(task, { id: 'z-first', attempt: 1 }));
  await store.records.runs.add(newRun(task, { id: 'a-second', attempt: 2 }));
  await store.records.runs.add(newRun(other, { id: 'm-other' }));
  await store.records.runs.end('z-first', { now: 300, ended: 'crash', evidence: undefined });
  expect((await store.records.runs.ofTask(task.id)).map((run) => run.id)).toEqual(['z-first', 'a-second']);
  expect((await store.records.runs.open('here')).map((run) => run.id)).toEqual(['a-second', 'm-other']);
}

async function labels(store: Store): Promise<void> {
  expect(await store.records.labels.get(key(1))).toBeUndefined();
  await store.records.labels.set(key(1), ['kugetsu', 'ä,b']);
  expect(await store.records.labels.get(key(1))).toEqual(['kugetsu', 'ä,b']);
  await store.records.labels.set(key(1), []);
  expect(await store.records.labels.get(key(1))).toEqual([]);
  expect(await store.records.labels.get(key(2))).toBeUndefined();
}

async function renamed(store: Store): Promise<void> {
  await store.records.sessions.add(newSession(1, { branch: 'b' }));
  const before = await store.queue.enqueue(newTask(1));
  await store.queue.enqueue(newTask(2, { subject: { repo: WEB, number: 2 } }));
  expect(before.subject.repo.path).toBe('acme/api');
  await store.records.repos.saw({ ...API, path: 'acme/core' });
  await store.records.repos.saw({ ...API, forge: 'home', path: 'acme/elsewhere' });
  const paths = [
    (await store.queue.get(before.id))?.subject.repo.path,
    (await store.queue.queued())[0]?.subject.repo.path,
    (await claimed(store)).subject.repo.path,
    (await store.records.sessions.living(key(1)))?.subject.repo.path,
    (await store.records.sessions.byBranch(API, 'b'))?.subject.repo.path,
  ];
  expect(paths).toEqual(Array.from({ length: 5 }, () => 'acme/core'));
  const late = await store.queue.enqueue(newTask(3));
  expect(late.subject.repo.path).toBe('acme/core');
  expect((await claimed(store)).subject.repo).toEqual(WEB);
}
