// What is queued or ended together with what is said about it, over a real store.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askForFinal, endTasksOf, queueTask, START_PRIORITY } from '../../../src/work/queueing.js';
import type { Store } from '../../../src/store/store.js';
import { ANN, claimed, key, newSession, stateOf, subject } from './given.js';
import { aFolder, anOpenStore } from './sqlite-world.js';

const SNAPSHOT = { title: 'T', body: '', author: 'ann', url: 'https://x.example/1', comments: [] };
const ASKER = { subject: subject(1), actor: ANN, commentId: '127' };
const START = {
  verb: 'start',
  message: 'go',
  options: {},
  snapshot: SNAPSHOT,
  priority: START_PRIORITY,
} as const;

test('a queued task has its report asked for in the same breath', async () => {
  const store = await anOpenStore(join(aFolder(), 'k.db'));
  const session = newSession(1);
  const task = await store.transaction(async (tables) => {
    await tables.records.sessions.add(session);
    return await queueTask(tables, ASKER, { session, ...START }, 100);
  });
  expect(task).toMatchObject({ state: 'ready', sessionId: session.id, commentId: '127', snapshot: SNAPSHOT });
  const due = await store.orders.due(100, 10);
  expect(due).toMatchObject([{ order: { kind: 'report', issueKey: key(1), taskId: task.id } }]);
});

test('ending the tasks of an issue ends all of them, each with its report, and one final comment for all', async () => {
  const store = await anOpenStore(join(aFolder(), 'k.db'));
  const session = newSession(1);
  await store.records.sessions.add(session);
  for (const now of [100, 101]) await queueTask(store, ASKER, { session, ...START }, now);
  const running = await claimed(store);
  await store.transaction((tables) => endTasksOf(tables, key(1), 'ann', 300));
  await store.transaction((tables) => askForFinal(tables, running, 301));
  const ended = await store.queue.ofIssue(key(1), ['reporting']);
  expect(ended.map((task) => task.outcome)).toEqual([
    { kind: 'cancelled', by: 'ann' },
    { kind: 'cancelled', by: 'ann' },
  ]);
  expect(await sayAll(store)).toEqual(['report', 'report', 'final']);
  expect(
    await store.queue.finish(running.id, running.fence, { retryAt: 1, countAttempt: true, now: 302 }),
  ).toBe(false);
  expect(await stateOf(store, running.id)).toBe('reporting');
});

/** Sends what is due, one after the other; the kinds in that order. */
async function sayAll(store: Store): Promise<string[]> {
  const said: string[] = [];
  for (let n = 0; n < 10; n += 1) {
    const [next] = await store.orders.due(1000, 1);
    if (next === undefined) return said;
    said.push(next.order.kind);
    await store.orders.sent(next.id, next.version, 1000);
  }
  throw new Error(`no end: ${said.join(', ')}`);
}
