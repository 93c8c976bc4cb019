// The contract of the queue: who is ready, who waits, who is claimed next.
import { expect } from 'vitest';
import { numberOf } from '../../../src/domain/refs.js';
import type { Store } from '../../../src/store/store.js';
import { ANN, API, claimed, DONE, newTask, stateOf, subject, WEB } from './given.js';
import type { Case, OpenedStore } from './world.js';

export const CLAIM_CASES: readonly Case[] = [
  { name: 'a task comes back as it was added, also after a restart', run: comesBack },
  { name: 'the first task of an issue is ready, what comes behind it waits', run: headAndRest },
  { name: 'a running and a delayed task hold their issue', run: holdsIssue },
  { name: 'claim takes the highest priority, then the oldest', run: claimOrder },
  { name: 'a claim makes it running, with one more attempt and a higher fence', run: claimChanges },
  { name: 'claim passes over the repositories that are excepted', run: exceptRepos },
  { name: 'claim finds a task far behind many of excepted repositories', run: exceptFarAhead },
  { name: 'when a run ends the best waiting task of the issue becomes ready', run: promotes },
  { name: 'a retry is delayed until its time and keeps or gives back its attempt', run: retries },
  { name: 'promoteDue makes ready what is due, and only that', run: promoteDue },
  { name: 'queue is in the order of the claims: ready, waiting, delayed', run: queueOrder },
  { name: 'three hundred tasks have three hundred short ids', run: manyIds },
];

async function comesBack(store: Store, world: OpenedStore): Promise<void> {
  const comment = { author: 'bob', body: 'me too', at: '2026-01-01T00:00:00Z' };
  const snapshot = {
    title: 'T',
    body: 'B\r\n',
    author: 'ann',
    url: 'https://x.example/1',
    comments: [comment],
  };
  const wanted = newTask(7, {
    verb: 'retry',
    priority: 10,
    message: 'please "do" it\n',
    options: { agent: 'opencode', draft: true },
    commentId: '127',
    snapshot,
    now: 1_700_000_000_123,
  });
  const added = await store.queue.enqueue(wanted);
  const { now, ...given } = wanted;
  expect(added).toEqual({
    ...given,
    id: expect.stringMatching(/^T-[0-9a-f]{4}$/),
    state: 'ready',
    attempts: 0,
    fence: 0,
    createdAt: now,
    runAt: now,
    startedAt: undefined,
    endedAt: undefined,
    progress: undefined,
    outcome: undefined,
    delay: undefined,
    reportCommentId: undefined,
  });
  const again = await world.reopen();
  expect(await again.queue.get(added.id)).toEqual(added);
  expect(await again.queue.get('T-none')).toBeUndefined();
}

async function headAndRest(store: Store): Promise<void> {
  const first = await store.queue.enqueue(newTask(1));
  const second = await store.queue.enqueue(newTask(1, { priority: 10 }));
  const other = await store.queue.enqueue(newTask(2));
  const elsewhere = await store.queue.enqueue(newTask(1, { subject: subject(1, WEB) }));
  const states = [first, second, other, elsewhere].map((task) => task.state);
  expect(states).toEqual(['ready', 'waiting', 'ready', 'ready']);
}

async function holdsIssue(store: Store): Promise<void> {
  await store.queue.enqueue(newTask(1));
  const running = await claimed(store);
  expect((await store.queue.enqueue(newTask(1))).state).toBe('waiting');
  await store.queue.finish(running.id, running.fence, { retryAt: 500, countAttempt: true, now: 300 });
  expect(await stateOf(store, running.id)).toBe('delayed');
  expect((await store.queue.enqueue(newTask(1))).state).toBe('waiting');
  expect(
    await store.queue.claim({ worker: 'here', bootId: 'boot-1', now: 300, exceptRepos: [] }),
  ).toBeUndefined();
}

async function claimOrder(store: Store): Promise<void> {
  const order: string[] = [];
  for (const [number, priority] of [
    [1, 0],
    [2, 10],
    [3, 0],
    [4, 10],
  ] as const) {
    order.push((await store.queue.enqueue(newTask(number, { priority }))).id);
  }
  const taken: string[] = [];
  for (let n = 0; n < 4; n += 1) taken.push((await claimed(store)).id);
  expect(taken).toEqual([order[1], order[3], order[0], order[2]]);
  expect(
    await store.queue.claim({ worker: 'here', bootId: 'boot-1', now: 200, exceptRepos: [] }),
  ).toBeUndefined();
}

async function claimChanges(store: Store): Promise<void> {
  const added = await store.queue.enqueue(newTask(1));
  const task = await claimed(store);
  expect(task).toEqual({ ...added, state: 'running', attempts: 1, fence: 1, startedAt: 200 });
  expect(await store.queue.inState(['running'])).toEqual([task]);
  await store.queue.finish(task.id, task.fence, { retryAt: 300, countAttempt: true, now: 300 });
  await store.queue.promoteDue(300);
  expect(await claimed(store)).toMatchObject({ id: added.id, attempts: 2, fence: 2 });
}

async function exceptRepos(store: Store): Promise<void> {
  const api = await store.queue.enqueue(newTask(1, { priority: 10 }));
  const web = await store.queue.enqueue(newTask(2, { subject: subject(2, WEB) }));
  const claim = (exceptRepos: string[]) =>
    store.queue.claim({ worker: 'here', bootId: 'b', now: 200, exceptRepos });
  expect(await claim(['work:5', 'work:6'])).toBeUndefined();
  expect((await claim(['work:5']))?.id).toBe(web.id);
  expect(await claim(['work:5'])).toBeUndefined();
  expect((await claim(['work:6', 'home:5', 'work:55']))?.id).toBe(api.id);
}

async function exceptFarAhead(store: Store): Promise<void> {
  const repos = ['7', '8', '9'].map((id) => ({ forge: 'work', id, path: `acme/r${id}` }));
  const last = await store.transaction(async ({ queue }) => {
    for (let n = 1; n <= 120; n += 1) await queue.enqueue(newTask(n, { priority: 10 }));
    for (const repo of repos) await queue.enqueue(newTask(1, { subject: subject(1, repo), priority: 1 }));
    return await queue.enqueue(newTask(1, { subject: subject(1, WEB), priority: 2 }));
  });
  expect((await claimed(store, ['work:5'])).id).toBe(last.id);
  expect((await claimed(store, ['work:5', 'work:7'])).subject.repo.id).toBe('8');
  const rest = ['work:5', 'work:7', 'work:9'];
  expect(
    await store.queue.claim({ worker: 'here', bootId: 'b', now: 200, exceptRepos: rest }),
  ).toBeUndefined();
}

async function promotes(store: Store): Promise<void> {
  await store.queue.enqueue(newTask(1));
  const low = await store.queue.enqueue(newTask(1));
  const high = await store.queue.enqueue(
    newTask(1, { priority: 10, verb: 'continue', actor: { ...ANN, kind: 'unknown' } }),
  );
  const running = await claimed(store);
  expect(await store.queue.finish(running.id, running.fence, { outcome: DONE, now: 300 })).toBe(true);
  expect(await store.queue.get(running.id)).toMatchObject({
    state: 'reporting',
    outcome: DONE,
    endedAt: 300,
  });
  expect([await stateOf(store, low.id), await stateOf(store, high.id)]).toEqual(['waiting', 'ready']);
  const next = await claimed(store);
  expect(next.id).toBe(high.id);
  await store.queue.finish(next.id, next.fence, { outcome: DONE, now: 300 });
  expect((await claimed(store)).id).toBe(low.id);
}

async function retries(store: Store): Promise<void> {
  const added = await store.queue.enqueue(newTask(1));
  const behind = await store.queue.enqueue(newTask(1));
  const first = await claimed(store);
  await store.queue.finish(first.id, first.fence, { retryAt: 900, countAttempt: false, now: 300 });
  expect(await store.queue.get(added.id)).toMatchObject({
    state: 'delayed',
    attempts: 0,
    fence: 1,
    runAt: 900,
  });
  expect(await stateOf(store, behind.id)).toBe('waiting');
  await store.queue.promoteDue(900);
  const second = await claimed(store);
  await store.queue.finish(second.id, second.fence, { retryAt: 950, countAttempt: true, now: 901 });
  expect(await store.queue.get(added.id)).toMatchObject({
    state: 'delayed',
    attempts: 1,
    fence: 2,
    runAt: 950,
  });
}

async function promoteDue(store: Store): Promise<void> {
  for (const [number, retryAt] of [
    [1, 500],
    [2, 400],
  ] as const) {
    await store.queue.enqueue(newTask(number));
    const task = await claimed(store);
    await store.queue.finish(task.id, task.fence, { retryAt, countAttempt: true, now: 300 });
  }
  expect(await store.queue.promoteDue(399)).toBe(0);
  expect(await store.queue.promoteDue(400)).toBe(1);
  expect(numberOf((await claimed(store)).subject)).toBe(2);
  expect(await store.queue.promoteDue(1000)).toBe(1);
  expect(numberOf((await claimed(store)).subject)).toBe(1);
}

async function queueOrder(store: Store): Promise<void> {
  await store.queue.enqueue(newTask(9));
  const delayed = await claimed(store);
  await store.queue.finish(delayed.id, delayed.fence, { retryAt: 999, countAttempt: true, now: 300 });
  const running = await store.queue.enqueue(newTask(8, { priority: 99 }));
  expect((await claimed(store)).id).toBe(running.id);
  const low = await store.queue.enqueue(newTask(1));
  const waiting = await store.queue.enqueue(newTask(1, { priority: 50 }));
  const high = await store.queue.enqueue(newTask(2, { priority: 10 }));
  const young = await store.queue.enqueue(newTask(3));
  const order = (await store.queue.queued()).map((task) => task.id);
  expect(order).toEqual([high.id, low.id, young.id, waiting.id, delayed.id]);
}

async function manyIds(store: Store): Promise<void> {
  const ids = await store.transaction(async ({ queue }) => {
    const made: string[] = [];
    for (let n = 0; n < 300; n += 1)
      made.push((await queue.enqueue(newTask(n, { subject: subject(n, API) }))).id);
    return made;
  });
  expect(new Set(ids).size).toBe(300);
  expect(ids.filter((id) => !/^T-[0-9a-f]{4,6}$/.test(id))).toEqual([]);
}
