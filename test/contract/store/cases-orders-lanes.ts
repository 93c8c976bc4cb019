// The contract of `Orders` between them: in order per issue and destination, all others beside each other.
import { expect } from 'vitest';
import { laneOf, ORDER_KINDS } from '../../../src/domain/order.js';
import type { OrderEntry } from '../../../src/store/orders.js';
import type { Store } from '../../../src/store/store.js';
import { asked, said } from './given.js';
import type { Case } from './world.js';

export const LANE_CASES: readonly Case[] = [
  { name: 'entries of one issue go one after the other, issues beside each other', run: inOrder },
  { name: 'a destination that hangs holds back only its own words of the issue', run: twoDestinations },
  { name: 'due gives at most the limit, the oldest first', run: limited },
  { name: 'an edit that is throttled and was never tried blocks nobody', run: throttled },
  { name: 'an entry that waits for its next try holds back what came after it', run: triedBlocks },
  { name: 'an entry that is open again goes before what came after it', run: reopenedFirst },
];

function nameOf({ order }: OrderEntry): string {
  return order.kind === 'reply' ? order.body : order.kind;
}

async function names(store: Store, now: number, limit = 10): Promise<unknown[]> {
  return (await store.orders.due(now, limit)).map(nameOf);
}

async function ask(store: Store, name: string, number: number, runAt = 100): Promise<void> {
  await store.orders.add(asked(name, { order: said(name, number), runAt, again: true }));
}

async function send(store: Store, name: string, now: number): Promise<void> {
  const entry = (await store.orders.due(now, 10)).find((one) => nameOf(one) === name);
  if (entry === undefined) throw new Error(`${name} is not due`);
  await store.orders.sent(entry.id, entry.version, now);
}

async function inOrder(store: Store): Promise<void> {
  await ask(store, 'a1', 1);
  await ask(store, 'a2', 1);
  await ask(store, 'b1', 2);
  await ask(store, 'a3', 1);
  expect(await names(store, 100)).toEqual(['a1', 'b1']);
  await send(store, 'a1', 100);
  expect(await names(store, 100)).toEqual(['a2', 'b1']);
  await send(store, 'a2', 100);
  await send(store, 'b1', 100);
  expect(await names(store, 100)).toEqual(['a3']);
}

async function twoDestinations(store: Store): Promise<void> {
  const elsewhere = { destination: 'forge:chat' } as const;
  await ask(store, 'here 1', 1);
  for (const name of ['there 1', 'there 2'])
    await store.orders.add(asked(name, { order: said(name, 1, elsewhere) }));
  await ask(store, 'here 2', 1);
  expect(await names(store, 100)).toEqual(['here 1', 'there 1']);
  // It is under way and does not end, then it has to be tried again: the other destination goes on.
  const [here, there] = await store.orders.due(100, 10);
  if (here === undefined || there === undefined) throw new Error('nothing is due');
  await store.orders.sent(here.id, here.version, 100);
  const hangs = { ids: [there.id], lanes: [laneOf(there.order)], waiting: [] };
  expect((await store.orders.due(100, 10, hangs)).map(nameOf)).toEqual(['here 2']);
  await store.orders.retry(there.id, 900, 'away');
  expect(await names(store, 100)).toEqual(['here 2']);
  // Paused, or no free slot: whatever is owed there waits, nothing else.
  const waiting = [{ ...elsewhere, kinds: ORDER_KINDS }];
  expect((await store.orders.due(900, 10, { ids: [], lanes: [], waiting })).map(nameOf)).toEqual(['here 2']);
  expect(await names(store, 900)).toEqual(['there 1', 'here 2']);
}

async function limited(store: Store): Promise<void> {
  for (const number of [3, 1, 2]) await ask(store, `of ${number}`, number);
  expect(await names(store, 100, 2)).toEqual(['of 3', 'of 1']);
}

async function throttled(store: Store): Promise<void> {
  await ask(store, 'edit', 1, 900);
  await ask(store, 'final', 1);
  expect(await names(store, 100)).toEqual(['final']);
  await send(store, 'final', 100);
  expect(await names(store, 899)).toEqual([]);
  expect(await names(store, 900)).toEqual(['edit']);
}

async function triedBlocks(store: Store): Promise<void> {
  await ask(store, 'first', 1);
  await ask(store, 'second', 1);
  await ask(store, 'other', 2);
  const [first] = await store.orders.due(100, 1);
  await store.orders.retry(first?.id ?? 0, 900, 'away');
  expect(await names(store, 800)).toEqual(['other']);
  expect(await names(store, 900)).toEqual(['first', 'other']);
  await send(store, 'first', 900);
  expect(await names(store, 900)).toEqual(['second', 'other']);
}

async function reopenedFirst(store: Store): Promise<void> {
  await ask(store, 'report', 1);
  await send(store, 'report', 100);
  await ask(store, 'final', 1, 200);
  await ask(store, 'report', 1, 200);
  expect(await names(store, 200)).toEqual(['report']);
  await send(store, 'report', 200);
  expect(await names(store, 200)).toEqual(['final']);
}
