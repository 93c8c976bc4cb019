import { expect, test } from 'vitest';
import type { Log } from '../../../src/support/log.js';
import { silentLog } from '../../../src/support/log.js';
import { createLoop } from '../../../src/support/loop.js';

const NEVER_MS = 2 ** 30;

/** A step that takes its results from a list and tells how often it was called. */
function steps(...results: (boolean | Error)[]) {
  const seen: { readonly count: number; readonly called: () => void }[] = [];
  let count = 0;
  const step = async (): Promise<boolean> => {
    const result = results[count] ?? false;
    count += 1;
    for (const waiter of seen.splice(0)) {
      if (waiter.count <= count) waiter.called();
      else seen.push(waiter);
    }
    if (result instanceof Error) throw result;
    return result;
  };
  const reached = (wanted: number): Promise<void> =>
    count >= wanted ? Promise.resolve() : new Promise((called) => seen.push({ count: wanted, called }));
  return { step, reached, count: () => count };
}

function start(step: () => Promise<boolean>, more: { log?: Log; idleMs?: number; firstMs?: number } = {}) {
  const stop = new AbortController();
  const { log = silentLog, idleMs = NEVER_MS, firstMs = 1 } = more;
  const backoffMs = { first: firstMs, most: firstMs };
  const loop = createLoop({ name: 'test', step, idleMs, signal: stop.signal, log, backoffMs });
  const ended = loop.run();
  return { loop, stop, ended };
}

async function fewTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('it steps until there is nothing to do, and then waits to be woken', async () => {
  const work = steps(true, true, false, true, false);
  const { loop, stop, ended } = start(work.step);
  await work.reached(3);
  await fewTurns();
  expect(work.count()).toBe(3);
  loop.wake();
  await work.reached(5);
  await fewTurns();
  expect(work.count()).toBe(5);
  stop.abort();
  await ended;
});

test('a wake during a step is not lost', async () => {
  const work = steps();
  const running = start(async () => {
    // The first step begins before `start` has returned.
    await Promise.resolve();
    if (work.count() === 0) running.loop.wake();
    return work.step();
  });
  await work.reached(2);
  await fewTurns();
  expect(work.count()).toBe(2);
  running.stop.abort();
  await running.ended;
});

test('without a wake it looks again when the idle time is over', async () => {
  const work = steps();
  const { stop, ended } = start(work.step, { idleMs: 1 });
  await work.reached(4);
  stop.abort();
  await ended;
});

test('an error is logged and does not end the loop', async () => {
  const told: unknown[] = [];
  const log: Log = { ...silentLog, error: (event, fields) => told.push([event, fields?.['reason']]) };
  const work = steps(new Error('disk full'), new Error('disk full'), false);
  const { stop, ended } = start(work.step, { log });
  await work.reached(3);
  expect(told).toEqual([
    ['loop.step_failed', 'disk full'],
    ['loop.step_failed', 'disk full'],
  ]);
  stop.abort();
  await ended;
});

test('a wake does not cut short the wait after an error', async () => {
  const work = steps(new Error('broken'));
  const { loop, stop, ended } = start(work.step, { firstMs: NEVER_MS });
  await work.reached(1);
  await fewTurns();
  loop.wake();
  await fewTurns();
  expect(work.count()).toBe(1);
  stop.abort();
  await ended;
});

test('an abort ends it after the current step, also when there is more to do', async () => {
  const stop = new AbortController();
  let count = 0;
  const step = async (): Promise<boolean> => {
    count += 1;
    stop.abort();
    return true;
  };
  await createLoop({ name: 'test', step, idleMs: 1, signal: stop.signal, log: silentLog }).run();
  expect(count).toBe(1);
  await createLoop({ name: 'test', step, idleMs: 1, signal: stop.signal, log: silentLog }).run();
  expect(count).toBe(1);
});
