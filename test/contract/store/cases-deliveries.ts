// The contract of `Deliveries`: stored once, in order, finished once.
import { expect } from 'vitest';
import type { Store } from '../../../src/store/store.js';
import { delivery, refusal } from './given.js';
import type { Case, OpenedStore } from './world.js';

export const DELIVERY_CASES: readonly Case[] = [
  { name: 'a delivery comes back as it was added, also after a restart', run: comesBack },
  { name: 'a delivery id is stored once per forge', run: oncePerForge },
  { name: 'a hundred adds of one turn are all stored, in their order', run: hundredAtOnce },
  { name: 'of the same id twice in one turn the first is the stored one', run: twiceInOneTurn },
  { name: 'adds beside an open transaction wait for it and are stored', run: besideTransaction },
  { name: 'an add in a transaction is stored with its commit, and gone with its rollback', run: addInside },
  { name: 'pending gives what is due, oldest first, up to the limit', run: pendingInOrder },
  { name: 'a postponed delivery comes again when it is due, with its attempts', run: postponed },
  { name: 'a finished delivery is pending no more and tells its outcome', run: finished },
  { name: 'a content key is seen once it is finished, per forge, and only once', run: contentKey },
  { name: 'many are finished as one: all, or none when a content key is not unique', run: finishedAsOne },
  { name: 'list gives the newest first, with the outcome of those that have one', run: listed },
];

async function comesBack(store: Store, world: OpenedStore): Promise<void> {
  const odd = delivery('a', {
    event: 'push',
    headers: { 'x-gitea-event': 'push', 'x-odd': 'ä "quoted"' },
    body: '{"text":"line\\nline \u{1f600} \\u0000","more":"\u0000 \r\n"}',
    receivedAt: 1_700_000_000_123,
  });
  expect(await store.inbox.add(odd)).toBe('stored');
  const again = await world.reopen();
  expect(await again.inbox.pending(2_000_000_000_000, 10)).toEqual([
    { ...odd, seq: expect.any(Number), attempts: 0 },
  ]);
}

async function oncePerForge(store: Store): Promise<void> {
  expect(await store.inbox.add(delivery('a', { body: 'first' }))).toBe('stored');
  expect(await store.inbox.add(delivery('a', { body: 'second' }))).toBe('duplicate');
  expect(await store.inbox.add(delivery('a', { forge: 'home', body: 'third' }))).toBe('stored');
  const bodies = (await store.inbox.pending(100, 10)).map((one) => one.body);
  expect(bodies).toEqual(['first', 'third']);
}

async function hundredAtOnce(store: Store): Promise<void> {
  const ids = Array.from({ length: 100 }, (_, n) => `d-${n}`);
  const answers = await Promise.all(ids.map((id) => store.inbox.add(delivery(id))));
  expect(new Set(answers)).toEqual(new Set(['stored']));
  const there = await store.inbox.pending(100, 1000);
  expect(there.map((one) => one.id)).toEqual(ids);
  expect(there.every((one, n) => n === 0 || one.seq > (there[n - 1]?.seq ?? Infinity))).toBe(true);
}

async function twiceInOneTurn(store: Store): Promise<void> {
  const copies = ['one', 'two', 'three'].map((body) => store.inbox.add(delivery('same', { body })));
  expect(await Promise.all(copies)).toEqual(['stored', 'duplicate', 'duplicate']);
  expect((await store.inbox.list(10)).map((one) => one.body)).toEqual(['one']);
}

async function besideTransaction(store: Store): Promise<void> {
  const events: string[] = [];
  let begun = () => {};
  const isOpen = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const transaction = store.transaction(async (tables) => {
    begun();
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await tables.inbox.add(delivery('inside'));
    events.push('inside');
  });
  await isOpen;
  const adds = ['a', 'b', 'a'].map(async (id) => {
    const answer = await store.inbox.add(delivery(id));
    events.push(id);
    return answer;
  });
  await transaction;
  expect(await Promise.all(adds)).toEqual(['stored', 'stored', 'duplicate']);
  expect(events).toEqual(['inside', 'a', 'b', 'a']);
  expect((await store.inbox.pending(100, 10)).map((one) => one.id)).toEqual(['inside', 'a', 'b']);
}

async function addInside(store: Store): Promise<void> {
  const answers = await store.transaction(async ({ inbox }) => [
    await inbox.add(delivery('a')),
    await inbox.add(delivery('a')),
  ]);
  expect(answers).toEqual(['stored', 'duplicate']);
  const lost = store.transaction(async ({ inbox }) => {
    await inbox.add(delivery('b'));
    throw new Error('changed my mind');
  });
  await expect(lost).rejects.toThrow('changed my mind');
  expect((await store.inbox.list(10)).map((one) => one.id)).toEqual(['a']);
}

async function pendingInOrder(store: Store): Promise<void> {
  for (const [id, receivedAt] of [
    ['a', 100],
    ['late', 301],
    ['b', 300],
    ['c', 50],
  ] as const) {
    await store.inbox.add(delivery(id, { receivedAt }));
  }
  const ids = async (now: number, limit: number) =>
    (await store.inbox.pending(now, limit)).map((one) => one.id);
  expect(await ids(300, 10)).toEqual(['a', 'b', 'c']);
  expect(await ids(300, 2)).toEqual(['a', 'b']);
}

async function postponed(store: Store): Promise<void> {
  await store.inbox.add(delivery('a'));
  await store.inbox.add(delivery('b'));
  const [first] = await store.inbox.pending(100, 1);
  await store.inbox.postpone(first?.seq ?? 0, { until: 500, why: 'the forge is away', lane: 'one' });
  expect(await store.inbox.heldUntil('one', 2)).toBe(500);
  expect(await store.inbox.heldUntil('one', first?.seq ?? 0)).toBeUndefined();
  expect(await store.inbox.heldUntil('another', 2)).toBeUndefined();
  expect((await store.inbox.pending(499, 10)).map((one) => one.id)).toEqual(['b']);
  const due = await store.inbox.pending(500, 10);
  expect(due.map((one) => [one.id, one.attempts])).toEqual([
    ['a', 1],
    ['b', 0],
  ]);
  await store.inbox.postpone(first?.seq ?? 0, { until: 600, why: 'still away', lane: 'one' });
  expect((await store.inbox.pending(600, 1))[0]?.attempts).toBe(2);
  expect((await store.inbox.list(10)).map((one) => one.outcome)).toEqual([undefined, undefined]);
}

async function finished(store: Store): Promise<void> {
  await store.inbox.add(delivery('a'));
  const [only] = await store.inbox.pending(100, 1);
  await store.inbox.finish(only?.seq ?? 0, { result: 'refused', note: 'no permission' }, 200);
  expect(await store.inbox.pending(1000, 10)).toEqual([]);
  const [told] = await store.inbox.list(1);
  expect(told?.outcome).toEqual({ result: 'refused', note: 'no permission' });
  expect(await store.inbox.add(delivery('a'))).toBe('duplicate');
}

async function contentKey(store: Store): Promise<void> {
  for (const id of ['a', 'b']) await store.inbox.add(delivery(id));
  await store.inbox.add(delivery('c', { forge: 'home' }));
  const [a, b, c] = await store.inbox.pending(100, 10);
  const outcome = { result: 'handled', note: 'ok', contentKey: 'comment:1:hash' } as const;
  expect(await store.inbox.seen('work', 'comment:1:hash')).toBe(false);
  await store.inbox.finish(a?.seq ?? 0, outcome, 200);
  expect(await store.inbox.seen('work', 'comment:1:hash')).toBe(true);
  expect(await store.inbox.seen('home', 'comment:1:hash')).toBe(false);
  expect(await refusal(store.inbox.finish(b?.seq ?? 0, outcome, 200))).toBe('conflict');
  expect((await store.inbox.pending(1000, 10)).map((one) => one.id)).toEqual(['b', 'c']);
  await store.inbox.finish(c?.seq ?? 0, outcome, 200);
  await store.inbox.finish(b?.seq ?? 0, { result: 'duplicate', note: 'came before' }, 200);
  expect(await store.inbox.pending(1000, 10)).toEqual([]);
}

async function finishedAsOne(store: Store): Promise<void> {
  for (const id of ['a', 'b', 'c']) await store.inbox.add(delivery(id));
  const seqs = (await store.inbox.pending(100, 10)).map((one) => one.seq);
  const outcomes = ['k-1', 'k-2', undefined].map((contentKey) => ({
    result: 'ignored' as const,
    note: 'ä "quoted"',
    ...(contentKey !== undefined && { contentKey }),
  }));
  const all = seqs.map((seq, n) => ({
    seq,
    outcome: outcomes[n] ?? { result: 'ignored' as const, note: '' },
  }));
  const twice = all.map((one) => ({ ...one, outcome: { ...one.outcome, contentKey: 'k-1' } }));
  expect(await refusal(store.inbox.finishAll(twice, 200))).toBe('conflict');
  expect(await store.inbox.pending(100, 10)).toHaveLength(3);
  await store.inbox.finishAll(all, 200);
  expect((await store.inbox.list(10)).map((one) => one.outcome)).toEqual(outcomes.toReversed());
  await store.inbox.finishAll([], 200);
}

async function listed(store: Store): Promise<void> {
  for (const id of ['a', 'b', 'c']) await store.inbox.add(delivery(id));
  const [first] = await store.inbox.pending(100, 1);
  const outcome = { result: 'handled', note: 'start', contentKey: 'k' } as const;
  await store.inbox.finish(first?.seq ?? 0, outcome, 200);
  const told = (await store.inbox.list(10)).map((one) => [one.id, one.outcome]);
  expect(told).toEqual([
    ['c', undefined],
    ['b', undefined],
    ['a', outcome],
  ]);
  expect(await store.inbox.list(2)).toHaveLength(2);
}
