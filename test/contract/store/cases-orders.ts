// The contract of `Orders`, one by one: asked once, asked again, sent, tried again, given up.
import { expect } from 'vitest';
import type { OrderEntry } from '../../../src/store/orders.js';
import type { Store } from '../../../src/store/store.js';
import { asked, said } from './given.js';
import type { Case, OpenedStore } from './world.js';

export const ORDER_CASES: readonly Case[] = [
  { name: 'an entry comes back as it was asked for, also after a restart', run: comesBack },
  { name: 'a pending entry that is asked for again stays one, in the newest words', run: coalesces },
  { name: 'of two times asked for the earlier one counts', run: earlierTime },
  { name: 'asking again does not hurry a next try', run: keepsBackoff },
  { name: 'what was sent is asked for again only with again', run: reopens },
  {
    name: 'asked for again while it is being sent: it stays, until the time that was asked for',
    run: inFlight,
  },
  { name: 'a retry waits for its time and counts', run: retries },
  { name: 'a dead entry is not sent, blocks nobody, and lives again only with again', run: dead },
  { name: 'lastSentAt is the last time it was really sent', run: lastSent },
];

async function comesBack(store: Store, world: OpenedStore): Promise<void> {
  const order = said('some "words" with ä\n', 1, { answers: '/kugetsu status' });
  await store.orders.add(asked('reply:1', { order, runAt: 300, now: 200 }));
  const again = await world.reopen();
  expect(await again.orders.due(299, 10)).toEqual([]);
  expect(await again.orders.due(300, 10)).toEqual([
    {
      id: expect.any(Number),
      order,
      version: 1,
      attempts: 0,
      runAt: 300,
      createdAt: 200,
    },
  ]);
}

async function coalesces(store: Store): Promise<void> {
  await store.orders.add(asked('a', { order: said('1') }));
  await store.orders.add(asked('a', { order: said('2'), again: true }));
  await store.orders.add(asked('a', { order: said('3'), again: false }));
  const only = await onlyDue(store, 100);
  expect(only).toMatchObject({ order: { body: '3' }, version: 3 });
  await store.orders.sent(only.id, 3, 150);
  expect(await store.orders.due(1000, 10)).toEqual([]);
}

async function earlierTime(store: Store): Promise<void> {
  await store.orders.add(asked('a', { runAt: 500 }));
  await store.orders.add(asked('a', { runAt: 300, again: true }));
  await store.orders.add(asked('a', { runAt: 400, again: true }));
  expect(await store.orders.due(299, 10)).toEqual([]);
  expect((await onlyDue(store, 300)).runAt).toBe(300);
}

async function keepsBackoff(store: Store): Promise<void> {
  await store.orders.add(asked('a'));
  await store.orders.retry((await onlyDue(store, 100)).id, 900, 'come back later, says the forge');
  await store.orders.add(asked('a', { runAt: 200, now: 200, again: true }));
  expect(await store.orders.due(899, 10)).toEqual([]);
  expect(await onlyDue(store, 900)).toMatchObject({ version: 2, attempts: 1 });
}

async function reopens(store: Store): Promise<void> {
  await store.orders.add(asked('a'));
  const first = await onlyDue(store, 100);
  await store.orders.sent(first.id, first.version, 150);
  await store.orders.add(asked('a', { runAt: 200, now: 200 }));
  expect(await store.orders.due(1000, 10)).toEqual([]);
  await store.orders.add(asked('a', { runAt: 300, now: 200, again: true, order: said('2') }));
  expect(await store.orders.due(299, 10)).toEqual([]);
  const second = await onlyDue(store, 300);
  expect(second).toMatchObject({ id: first.id, order: { body: '2' }, attempts: 0, createdAt: 200 });
  expect(second.version).toBeGreaterThan(first.version);
}

async function inFlight(store: Store): Promise<void> {
  await store.orders.add(asked('a'));
  const taken = await onlyDue(store, 100);
  await store.orders.add(asked('a', { runAt: 400, now: 110, again: true }));
  await store.orders.sent(taken.id, taken.version, 120);
  expect(await store.orders.lastSentAt('a')).toBe(120);
  expect(await store.orders.due(399, 10)).toEqual([]);
  const second = await onlyDue(store, 400);
  await store.orders.sent(second.id, second.version, 410);
  expect(await store.orders.due(1000, 10)).toEqual([]);
}

async function retries(store: Store): Promise<void> {
  await store.orders.add(asked('a'));
  const { id } = await onlyDue(store, 100);
  await store.orders.retry(id, 500, 'away');
  expect(await store.orders.due(499, 10)).toEqual([]);
  expect(await onlyDue(store, 500)).toMatchObject({ id, attempts: 1, createdAt: 100, runAt: 500 });
  await store.orders.retry(id, 600, 'away');
  expect((await onlyDue(store, 600)).attempts).toBe(2);
}

async function dead(store: Store): Promise<void> {
  await store.orders.add(asked('a'));
  await store.orders.add(asked('b'));
  const first = await onlyDue(store, 100);
  await store.orders.dead(first.id, 'the issue is gone', 200);
  expect(await store.orders.lastSentAt('a')).toBeUndefined();
  expect((await onlyDue(store, 200)).id).not.toBe(first.id);
  await store.orders.add(asked('a', { runAt: 300, now: 300 }));
  expect((await onlyDue(store, 300)).id).not.toBe(first.id);
  await store.orders.add(asked('a', { runAt: 300, now: 300, again: true }));
  expect((await store.orders.due(300, 10))[0]).toMatchObject({ id: first.id, attempts: 0 });
}

async function lastSent(store: Store): Promise<void> {
  expect(await store.orders.lastSentAt('a')).toBeUndefined();
  await store.orders.add(asked('a'));
  expect(await store.orders.lastSentAt('a')).toBeUndefined();
  const first = await onlyDue(store, 100);
  await store.orders.sent(first.id, first.version, 150);
  await store.orders.add(asked('a', { again: true }));
  expect(await store.orders.lastSentAt('a')).toBe(150);
  const second = await onlyDue(store, 160);
  await store.orders.sent(second.id, second.version, 170);
  expect(await store.orders.lastSentAt('a')).toBe(170);
}

async function onlyDue(store: Store, now: number): Promise<OrderEntry> {
  const [only, ...more] = await store.orders.due(now, 10);
  expect(more).toEqual([]);
  if (only === undefined) throw new Error(`nothing is due at ${now}`);
  return only;
}
