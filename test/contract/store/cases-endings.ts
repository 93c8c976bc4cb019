// The contract of a task's way out: fences, endings from outside, reports, recovery after a crash.
import { expect } from 'vitest';
import { QUEUED, type Progress } from '../../../src/domain/task.js';
import type { Store } from '../../../src/store/store.js';
import { claimed, DONE, key, newRun, newTask, stateOf } from './given.js';
import type { Case, OpenedStore } from './world.js';

export const ENDING_CASES: readonly Case[] = [
  { name: 'a writer with an old fence changes nothing', run: staleFence },
  { name: 'a task that was ended from outside is not ended again by its run', run: endedOnce },
  { name: 'progress is kept with its task', run: progress },
  { name: 'settle leads from reporting to the state of the outcome', run: settles },
  { name: 'an outcome is changed while it is reported, not later', run: changesOutcome },
  { name: 'endQueued ends ready, waiting and delayed tasks of one issue and returns them', run: endsQueued },
  { name: 'endQueued with ids ends only those, and the issue goes on', run: endsSome },
  { name: 'merged follow-ups: the messages are added and the others end as merged', run: merges },
  { name: 'after a crash running tasks of an earlier boot are ready again, once', run: recovers },
  { name: 'what another worker runs is its own to reclaim', run: reclaimsItsOwn },
  { name: 'tasks are found by issue, session and state, oldest first', run: finds },
  { name: 'the comment of the report is remembered', run: reportComment },
];

async function staleFence(store: Store): Promise<void> {
  await store.queue.enqueue(newTask(1));
  const old = await claimed(store);
  await store.queue.reclaim({ worker: 'here', bootId: 'boot-2' }, 300);
  const now = await claimed(store, [], 'boot-2');
  expect(now).toMatchObject({ id: old.id, fence: old.fence + 1 });
  expect(await store.queue.finish(old.id, old.fence, { outcome: DONE, now: 400 })).toBe(false);
  expect(await store.queue.finish(old.id, old.fence, { retryAt: 1, countAttempt: true, now: 400 })).toBe(
    false,
  );
  expect(await store.queue.saveProgress(old.id, old.fence, someProgress)).toBe(false);
  expect(await store.queue.get(old.id)).toEqual(now);
  expect(await store.queue.finish(now.id, now.fence, { outcome: DONE, now: 400 })).toBe(true);
}

async function endedOnce(store: Store): Promise<void> {
  await store.queue.enqueue(newTask(1));
  const task = await claimed(store);
  const stopped = { kind: 'cancelled', by: 'ann' } as const;
  expect(await store.queue.finish(task.id, task.fence, { outcome: stopped, now: 300 })).toBe(true);
  expect(await store.queue.finish(task.id, task.fence, { outcome: DONE, now: 301 })).toBe(false);
  expect(await store.queue.saveProgress(task.id, task.fence, someProgress)).toBe(false);
  expect((await store.queue.get(task.id))?.outcome).toEqual(stopped);
}

const someProgress: Progress = {
  todos: [{ text: 'read', done: true }],
  lastTool: 'bash',
  lastText: undefined,
  inputTokens: 10,
  outputTokens: 20,
  costUsd: 0.25,
};

async function progress(store: Store, world: OpenedStore): Promise<void> {
  await store.queue.enqueue(newTask(1));
  const task = await claimed(store);
  expect(await store.queue.saveProgress(task.id, task.fence, someProgress)).toBe(true);
  const again = await world.reopen();
  expect((await again.queue.get(task.id))?.progress).toStrictEqual(someProgress);
}

async function settles(store: Store): Promise<void> {
  const outcomes = [
    [DONE, 'done'],
    [{ kind: 'needs_input', question: 'which?' }, 'needs_input'],
    [{ kind: 'failed', cause: 'agent', message: 'no', resetAt: 9 }, 'failed'],
    [{ kind: 'cancelled', by: 'ann' }, 'cancelled'],
    [{ kind: 'folded', into: 'T-1' }, 'cancelled'],
  ] as const;
  for (const [number, [outcome, state]] of outcomes.entries()) {
    const added = await store.queue.enqueue(newTask(number));
    await store.queue.settle(added.id, 250);
    expect(await stateOf(store, added.id)).toBe('ready');
    const task = await claimed(store);
    await store.queue.finish(task.id, task.fence, { outcome, now: 300 });
    await store.queue.settle(task.id, 400);
    await store.queue.settle(task.id, 500);
    expect(await store.queue.get(task.id)).toMatchObject({ state, outcome, endedAt: 300 });
  }
}

async function changesOutcome(store: Store): Promise<void> {
  const refused = { kind: 'failed', cause: 'push', message: 'refused' } as const;
  await store.queue.enqueue(newTask(1));
  const task = await claimed(store);
  await store.queue.changeOutcome(task.id, refused);
  expect((await store.queue.get(task.id))?.outcome).toBeUndefined();
  await store.queue.finish(task.id, task.fence, { outcome: DONE, now: 300 });
  await store.queue.changeOutcome(task.id, refused);
  await store.queue.settle(task.id, 400);
  await store.queue.changeOutcome(task.id, DONE);
  expect(await store.queue.get(task.id)).toMatchObject({ state: 'failed', outcome: refused });
}

async function endsQueued(store: Store): Promise<void> {
  const outcome = { kind: 'cancelled', by: 'ann' } as const;
  await store.queue.enqueue(newTask(1));
  const waiting = await store.queue.enqueue(newTask(1));
  const other = await store.queue.enqueue(newTask(2));
  const delayed = await claimed(store);
  await store.queue.finish(delayed.id, delayed.fence, { retryAt: 900, countAttempt: true, now: 300 });
  const ended = await store.queue.cancel(key(1), outcome, 400);
  expect(ended.map((task) => task.id)).toEqual([delayed.id, waiting.id]);
  for (const task of ended) expect(task).toMatchObject({ state: 'reporting', outcome, endedAt: 400 });
  expect(await stateOf(store, other.id)).toBe('ready');
  expect((await store.queue.enqueue(newTask(1))).state).toBe('ready');
  const running = await claimed(store);
  expect(await store.queue.cancel(running.issueKey, outcome, 500)).toEqual([]);
  expect(await stateOf(store, running.id)).toBe('running');
}

async function endsSome(store: Store): Promise<void> {
  const outcome = { kind: 'cancelled', by: 'ann' } as const;
  const head = await store.queue.enqueue(newTask(1));
  const second = await store.queue.enqueue(newTask(1));
  const third = await store.queue.enqueue(newTask(1));
  const elsewhere = await store.queue.enqueue(newTask(2));
  expect(await store.queue.cancel(key(1), outcome, 300, { ids: [] })).toEqual([]);
  const ids = [head.id, third.id, elsewhere.id];
  const ended = await store.queue.cancel(key(1), outcome, 300, { ids });
  expect(ended.map((task) => task.id)).toEqual([head.id, third.id]);
  expect([await stateOf(store, second.id), await stateOf(store, elsewhere.id)]).toEqual(['ready', 'ready']);
}

async function merges(store: Store): Promise<void> {
  await store.queue.enqueue(newTask(1, { verb: 'continue', message: 'one' }));
  const other = await store.queue.enqueue(newTask(1, { verb: 'continue', message: 'two' }));
  const head = await claimed(store);
  await store.transaction(async ({ queue }) => {
    await queue.setMessage(head.id, 'one\n\ntwo');
    await queue.cancel(key(1), { kind: 'folded', into: head.id }, 300, { ids: [other.id] });
    await queue.settle(other.id, 300);
  });
  expect(await store.queue.get(head.id)).toMatchObject({ state: 'running', message: 'one\n\ntwo' });
  expect(await store.queue.get(other.id)).toMatchObject({ state: 'cancelled', outcome: { into: head.id } });
}

async function reclaimsItsOwn(store: Store): Promise<void> {
  for (const number of [1, 2]) await store.queue.enqueue(newTask(number));
  const claim = (worker: string) =>
    store.queue.claim({ worker, bootId: 'boot-1', now: 200, exceptRepos: [] });
  const [mine, theirs] = [await claim('here'), await claim('elsewhere')];
  for (const task of [mine, theirs])
    if (task !== undefined)
      await store.records.runs.add(newRun(task, { worker: task === mine ? 'here' : 'elsewhere' }));
  expect((await store.queue.runningOn('elsewhere')).map(({ id }) => id)).toEqual([theirs?.id]);
  expect((await store.records.runs.open('here')).map(({ taskId }) => taskId)).toEqual([mine?.id]);
  const back = await store.queue.reclaim({ worker: 'here', bootId: 'boot-2' }, 300);
  expect(back.map(({ id }) => id)).toEqual([mine?.id]);
  expect((await store.queue.runningOn('elsewhere')).map(({ id }) => id)).toEqual([theirs?.id]);
}

async function recovers(_: Store, world: OpenedStore): Promise<void> {
  const store = await world.reopen();
  for (const number of [1, 2]) await store.queue.enqueue(newTask(number));
  await store.queue.enqueue(newTask(1));
  const first = await claimed(store, [], 'boot-1');
  const second = await claimed(store, [], 'boot-2');
  const again = await world.reopen();
  const back = await again.queue.reclaim({ worker: 'here', bootId: 'boot-2' }, 500);
  expect(back).toEqual([{ ...first, state: 'ready', runAt: 500 }]);
  expect(await again.queue.get(second.id)).toMatchObject({ state: 'running', attempts: 1 });
  expect(await again.queue.reclaim({ worker: 'here', bootId: 'boot-2' }, 600)).toEqual([]);
  expect(await claimed(again, [], 'boot-2')).toMatchObject({ id: first.id, attempts: 2, fence: 2 });
}

async function finds(store: Store): Promise<void> {
  const a = await store.queue.enqueue(newTask(1, { sessionId: 's-1' }));
  const b = await store.queue.enqueue(newTask(1, { sessionId: 's-9', priority: 10 }));
  const c = await store.queue.enqueue(newTask(2, { sessionId: 's-1' }));
  const ids = async (tasks: Promise<{ id: string }[]>) => (await tasks).map((task) => task.id);
  expect(await ids(store.queue.ofIssue(key(1), QUEUED))).toEqual([a.id, b.id]);
  expect(await ids(store.queue.ofIssue(key(1), ['waiting']))).toEqual([b.id]);
  expect(await ids(store.queue.ofIssue(key(1), []))).toEqual([]);
  expect(await ids(store.queue.ofSession('s-1'))).toEqual([a.id, c.id]);
  expect(await ids(store.queue.inState(['ready', 'waiting']))).toEqual([a.id, b.id, c.id]);
  expect(await ids(store.queue.inState(['ready']))).toEqual([a.id, c.id]);
  expect(await ids(store.queue.inState([]))).toEqual([]);
}

async function reportComment(store: Store): Promise<void> {
  const task = await store.queue.enqueue(newTask(1));
  await store.queue.setReportComment(task.id, '4711');
  expect((await store.queue.get(task.id))?.reportCommentId).toBe('4711');
}
