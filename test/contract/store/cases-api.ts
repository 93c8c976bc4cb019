// The contract of what the HTTP API keeps and reads: events, tokens, requests with a key, listings page by page.
import { expect } from 'vitest';
import type { ApiToken } from '../../../src/store/api.js';
import type { Store } from '../../../src/store/store.js';
import { claimed, delivery, key, newSession, newTask, subject, WEB } from './given.js';
import type { Case, OpenedStore } from './world.js';

export const API_CASES: readonly Case[] = [
  {
    name: 'a change and its event are stored together or not at all, in the order of the changes',
    run: together,
  },
  {
    name: 'a delivery is one event, when it is finished; an outcome that stays the same is none',
    run: fewEvents,
  },
  { name: 'only the newest events are kept, and the range says which', run: bounded },
  { name: 'a token is found by its hash and ends when it is revoked, once', run: tokens },
  { name: 'a key belongs to one request of one caller', run: keys },
  { name: 'pages go backwards, without a gap, over the repositories asked for', run: pages },
  { name: 'the queue goes on where the page before ended', run: queuePages },
];

async function together(store: Store, world: OpenedStore): Promise<void> {
  const before = await store.api.events.range();
  expect(before).toEqual({ oldest: 0, newest: 0 });
  const failed = store.transaction(async (tables) => {
    await tables.queue.enqueue(newTask(1));
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(await store.api.events.after(0, 10)).toEqual([]);
  await store.records.sessions.add(newSession(1));
  const task = await store.queue.enqueue(newTask(1));
  await claimed(store);
  const again = await world.reopen();
  const events = await again.api.events.after(0, 10);
  expect(events.map(({ type, change, data }) => [type, change, data['state']])).toEqual([
    ['session', 'added', 'idle'],
    ['task', 'added', 'ready'],
    ['task', 'changed', 'running'],
  ]);
  expect(events[1]).toMatchObject({ about: { issueKey: key(1) }, data: { task: task.id, session: 's-1' } });
  expect(await again.api.events.after(events[0]?.id ?? 0, 1)).toEqual([events[1]]);
}

async function fewEvents(store: Store): Promise<void> {
  await store.inbox.add(delivery('a'));
  const [one] = await store.inbox.pending(1_000, 1);
  expect(await store.api.events.after(0, 10)).toEqual([]);
  await store.inbox.postpone(one?.seq ?? 0, { until: 200, why: 'later', lane: 'x' });
  await store.inbox.finish(one?.seq ?? 0, { result: 'handled', note: 'done' }, 300);
  expect(await store.api.events.after(0, 10)).toMatchObject([
    { type: 'delivery', about: undefined, data: { forge: 'work', state: 'handled' } },
  ]);
}

async function bounded(store: Store): Promise<void> {
  const MANY = 10_600;
  await store.transaction(async (tables) => {
    for (let n = 0; n < MANY; n += 1) await tables.inbox.add(delivery(`d${n}`));
    const all = Array.from({ length: MANY }, (_, n) => n + 1);
    await tables.inbox.finishAll(
      all.map((seq) => ({ seq, outcome: { result: 'ignored' as const, note: '' } })),
      1,
    );
  });
  const { oldest, newest } = await store.api.events.range();
  expect(newest).toBe(MANY);
  expect(newest - oldest).toBeGreaterThanOrEqual(9_999);
  expect(newest - oldest).toBeLessThan(10_500);
}

function newToken(id: string): ApiToken {
  return {
    id,
    name: 'a token',
    hash: `hash of ${id}`,
    scope: 'act',
    repos: ['work:acme/*'],
    createdAt: 100,
    createdBy: 'local',
    expiresAt: undefined,
    usedAt: undefined,
    revokedAt: undefined,
  };
}

async function tokens(store: Store): Promise<void> {
  const { tokens: table } = store.api;
  await table.add(newToken('one'));
  await table.add({ ...newToken('two'), repos: undefined, expiresAt: 500 });
  expect(await table.byHash('hash of one')).toEqual(newToken('one'));
  expect(await table.byHash('one')).toBe(undefined);
  await table.used('one', 200);
  expect(await table.revoke('one', 300)).toBe(true);
  expect(await table.revoke('one', 400)).toBe(false);
  expect(await table.get('one')).toEqual({ ...newToken('one'), usedAt: 200, revokedAt: 300 });
  const listed = await table.list({ before: undefined, limit: 1 });
  expect(listed).toMatchObject([{ row: { id: 'two', repos: undefined, expiresAt: 500 } }]);
  expect(await table.list({ before: listed[0]?.seq, limit: 5 })).toMatchObject([{ row: { id: 'one' } }]);
  const told = await store.api.events.after(0, 10);
  expect(told.map(({ type, data }) => [type, data['state']])).toEqual([
    ['token', 'valid'],
    ['token', 'valid'],
    ['token', 'revoked'],
  ]);
}

async function keys(store: Store): Promise<void> {
  const { requests } = store.api;
  const request = { by: 'one', key: 'k', hash: 'h', made: 'thing' };
  expect(await requests.claim(request, 100)).toEqual({ first: true, request });
  expect(await requests.claim({ ...request, hash: 'other', made: 'else' }, 200)).toEqual({
    first: false,
    request,
  });
  expect(await requests.claim({ ...request, by: 'two' }, 200)).toMatchObject({ first: true });
  const WEEK_MS = 7 * 24 * 60 * 60_000;
  expect(await requests.claim(request, 101 + WEEK_MS)).toMatchObject({ first: true });
}

async function pages(store: Store): Promise<void> {
  for (let n = 1; n <= 5; n += 1)
    await store.queue.enqueue(newTask(n, n % 2 === 0 ? { subject: subject(n, WEB) } : {}));
  const read = async (repoKeys: readonly string[] | undefined) => {
    const numbers: (number | undefined)[] = [];
    let before: number | undefined;
    for (;;) {
      const page = await store.api.lists.tasks({ before, limit: 2, repoKeys });
      if (page.length === 0) return numbers;
      before = page.at(-1)?.seq;
      for (const { row } of page) numbers.push('number' in row.subject ? row.subject.number : undefined);
    }
  };
  expect(await read(undefined)).toEqual([5, 4, 3, 2, 1]);
  expect(await read(['work:6'])).toEqual([4, 2]);
  expect(await read([])).toEqual([]);
  expect(await store.api.lists.repos()).toHaveLength(2);
  expect(await store.api.lists.counts()).toMatchObject({ ready: 5, running: 0 });
}

async function queuePages(store: Store): Promise<void> {
  for (let n = 1; n <= 4; n += 1) await store.queue.enqueue(newTask(n, { priority: n === 3 ? 10 : 0 }));
  await store.queue.enqueue(newTask(1, { priority: 10 }));
  const whole = (await store.queue.queued()).map(({ id }) => id);
  const ids: string[] = [];
  let after: Parameters<Store['api']['lists']['queue']>[0]['after'];
  for (;;) {
    const page = await store.api.lists.queue({ after, limit: 2, repoKeys: undefined });
    const last = page.at(-1);
    if (last === undefined) break;
    ids.push(...page.map(({ row }) => row.id));
    after = { state: last.row.state, priority: last.row.priority, seq: last.seq };
  }
  expect(ids).toEqual(whole);
  expect(ids).toHaveLength(5);
}
