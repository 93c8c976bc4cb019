// The contract of `transaction` and `close`: all or nothing, alone, in turn.
import { expect } from 'vitest';
import type { Store, Tables } from '../../../src/store/store.js';
import { asked, delivery, key, newSession, newTask, refusal } from './given.js';
import type { Case, OpenedStore } from './world.js';

export const TRANSACTION_CASES: readonly Case[] = [
  { name: 'a transaction gives back what its work gives, and keeps what it wrote', run: commits },
  { name: 'a transaction that throws leaves nothing behind and passes the fault on', run: rollsBack },
  { name: 'a refused statement takes the whole transaction with it', run: refusedInside },
  { name: 'nobody reads or writes beside an open transaction', run: alone },
  { name: 'transactions go one after the other, in the order of asking', run: inTurn },
  { name: 'the store itself is refused inside a transaction instead of waiting for ever', run: outerInside },
  { name: 'the tables of a transaction are refused after its end', run: innerAfter },
  { name: 'close waits for an open transaction', run: closesAfterTransaction },
  { name: 'close waits for what was asked before it and refuses what comes later', run: closes },
];

async function commits(store: Store, world: OpenedStore): Promise<void> {
  const id = await store.transaction(async ({ queue, orders }) => {
    const task = await queue.enqueue(newTask(1));
    await orders.add(asked('a'));
    expect((await queue.get(task.id))?.state).toBe('ready');
    return task.id;
  });
  const again = await world.reopen();
  expect((await again.queue.get(id))?.id).toBe(id);
  expect(await again.orders.due(1000, 10)).toHaveLength(1);
}

async function writeEverywhere(tables: Tables): Promise<void> {
  await tables.inbox.add(delivery('a'));
  await tables.inbox.recordCommand({
    origin: 'o',
    verb: 'v',
    issueKey: key(1),
    actor: { id: '1', login: 'l', kind: 'user' },
    note: '',
    result: { kind: 'stopped', tasks: [] },
    at: 1,
  });
  await tables.records.sessions.add(newSession(1));
  await tables.queue.enqueue(newTask(1));
  await tables.orders.add(asked('a'));
  await tables.records.labels.set(key(1), ['x']);
}

async function foundAnywhere(store: Store): Promise<unknown[]> {
  const found = [
    ...(await store.inbox.list(10)),
    await store.records.sessions.latest(key(1)),
    ...(await store.queue.queued()),
    ...(await store.orders.due(1000, 10)),
    await store.records.labels.get(key(1)),
    await store.inbox.findCommand('o'),
  ];
  return found.filter((one) => one !== undefined);
}

async function rollsBack(store: Store): Promise<void> {
  const fault = new Error('the work failed');
  const lost = store.transaction(async (tables) => {
    await writeEverywhere(tables);
    throw fault;
  });
  await expect(lost).rejects.toBe(fault);
  expect(await foundAnywhere(store)).toEqual([]);
  await store.transaction(writeEverywhere);
  expect(await foundAnywhere(store)).toHaveLength(6);
}

async function refusedInside(store: Store): Promise<void> {
  const lost = store.transaction(async (tables) => {
    await writeEverywhere(tables);
    await tables.records.sessions.add(newSession(1, { id: 's-second' }));
  });
  expect(await refusal(lost)).toBe('conflict');
  expect(await foundAnywhere(store)).toEqual([]);
}

async function fewTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function alone(store: Store): Promise<void> {
  const events: string[] = [];
  let begun = () => {};
  const isOpen = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const transaction = store.transaction(async (tables) => {
    begun();
    await tables.records.labels.set(key(1), ['half']);
    await fewTurns();
    events.push('work done');
    await tables.records.labels.set(key(1), ['whole']);
  });
  await isOpen;
  const read = store.records.labels
    .get(key(1))
    .then((labels) => events.push(`read ${labels?.join() ?? '-'}`));
  const write = store.records.labels.set(key(2), ['x']).then(() => events.push('write'));
  await Promise.all([transaction, read, write]);
  expect(events).toEqual(['work done', 'read whole', 'write']);
}

async function inTurn(store: Store): Promise<void> {
  const order: number[] = [];
  const each = [1, 2, 3, 4, 5].map((n) =>
    store.transaction(async ({ records: { labels } }) => {
      const before = (await labels.get(key(1))) ?? [];
      await fewTurns();
      await labels.set(key(1), [...before, String(n)]);
      order.push(n);
    }),
  );
  await Promise.all(each);
  expect(order).toEqual([1, 2, 3, 4, 5]);
  expect(await store.records.labels.get(key(1))).toEqual(['1', '2', '3', '4', '5']);
}

async function outerInside(store: Store): Promise<void> {
  const calls: (() => Promise<unknown>)[] = [
    () => store.records.labels.get(key(1)),
    () => store.records.labels.set(key(1), ['x']),
    () => store.inbox.add(delivery('a')),
    () => store.queue.enqueue(newTask(1)),
    () => store.transaction(() => Promise.resolve()),
  ];
  for (const call of calls) {
    const codes = await store.transaction(async ({ records: { labels } }) => {
      const code = await refusal(call());
      await labels.set(key(1), ['inside']);
      return code;
    });
    expect(codes).toBe('failed');
  }
  expect(await store.records.labels.get(key(1))).toEqual(['inside']);
  expect(await store.inbox.list(10)).toEqual([]);
  // What a transaction set going and did not wait for has its turn after the end.
  let later: Promise<void> = Promise.resolve();
  await store.transaction(async () => {
    later = fewTurns().then(() => store.records.labels.set(key(2), ['later']));
    await Promise.resolve();
  });
  await later;
  expect(await store.records.labels.get(key(2))).toEqual(['later']);
}

async function innerAfter(store: Store): Promise<void> {
  const kept: Tables[] = [];
  await store.transaction(async (tables) => {
    kept.push(tables);
    await tables.records.labels.set(key(1), ['x']);
  });
  await expect(kept[0]?.records.labels.set(key(1), ['y'])).rejects.toThrow(/./);
  expect(await store.records.labels.get(key(1))).toEqual(['x']);
}

async function closesAfterTransaction(store: Store, world: OpenedStore): Promise<void> {
  const events: string[] = [];
  const under = store.transaction(async ({ records: { labels } }) => {
    await fewTurns();
    await labels.set(key(1), ['kept']);
    events.push('work done');
  });
  const closed = store.close().then(() => events.push('closed'));
  await Promise.all([under, closed]);
  expect(events).toEqual(['work done', 'closed']);
  expect(await (await world.reopen()).records.labels.get(key(1))).toEqual(['kept']);
}

async function closes(store: Store, world: OpenedStore): Promise<void> {
  const under = store.transaction(async ({ records: { labels } }) => {
    await fewTurns();
    await labels.set(key(1), ['kept']);
  });
  const adds = [store.inbox.add(delivery('a')), store.inbox.add(delivery('b'))];
  const closed = store.close();
  await Promise.all([under, ...adds, closed]);
  expect(await refusal(store.records.labels.get(key(1)))).toBe('failed');
  expect(await refusal(store.inbox.add(delivery('c')))).toBe('failed');
  expect(await refusal(store.transaction(() => Promise.resolve()))).toBe('failed');
  const again = await world.reopen();
  expect(await again.records.labels.get(key(1))).toEqual(['kept']);
  expect((await again.inbox.pending(100, 10)).map((one) => one.id)).toEqual(['a', 'b']);
}
