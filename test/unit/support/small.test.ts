import { expect, test } from 'vitest';
import { createManualClock, systemClock } from '../../../src/support/clock.js';
import { KugetsuError, describeError } from '../../../src/support/errors.js';
import { newTaskId } from '../../../src/support/ids.js';
import { suggest } from '../../../src/support/suggest.js';

test('a manual clock moves only when it is told to', () => {
  const clock = createManualClock(1000);
  expect([clock.now(), clock.now()]).toEqual([1000, 1000]);
  clock.advance(250);
  expect(clock.now()).toBe(1250);
  expect(systemClock.now()).toBeGreaterThan(Date.UTC(2024, 0));
});

test('an error is told with all its causes in one line', () => {
  const system = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' });
  const outer = new KugetsuError('push_failed', 'cannot push\nto work', {
    cause: new Error('no answer', { cause: system }),
  });
  expect(describeError(outer)).toBe('cannot push to work: no answer: connect refused (ECONNREFUSED)');
  expect(outer.exitCode).toBe(1);
});

test('a cause that its parent has told already is not repeated', () => {
  const inner = new Error('disk full');
  expect(describeError(new Error('cannot write: disk full', { cause: inner }))).toBe(
    'cannot write: disk full',
  );
});

test('anything that is thrown can be told', () => {
  const circle = new Error('round');
  circle.cause = circle;
  const several = new AggregateError([new Error('first address'), new Error('second')], 'all failed');
  const noJson: Record<string, unknown> = {};
  noJson['self'] = noJson;
  expect(describeError(circle)).toBe('round');
  expect(describeError(several)).toBe('all failed: first address');
  expect(describeError('a text')).toBe('a text');
  expect(describeError({ status: 500 })).toBe('{"status":500}');
  expect(describeError(undefined)).toBe('undefined');
  expect(describeError(noJson)).toBe('[object Object]');
  expect(describeError(new TypeError(''))).toBe('TypeError');
});

test('task ids are lower-case hex of the length that is asked for', () => {
  const bytes = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, (_, index) => 0x2f + index * 0x6d);
  expect(newTaskId(bytes)).toBe('T-2f9c');
  expect(newTaskId(bytes, 5)).toBe('T-2f9c0');
});

test.each([
  ['strat', 'start'],
  ['START', 'start'],
  ['contineu', 'continue'],
  ['stautus', 'status'],
  ['sto', 'stop'],
])('%s is near %s', (word, expected) => {
  expect(suggest(word, ['start', 'stop', 'status', 'continue'])).toBe(expected);
});

test('a word that is far from all gets no suggestion', () => {
  expect(suggest('deploy', ['start', 'stop', 'status'])).toBeUndefined();
  expect(suggest('', ['start'])).toBeUndefined();
  expect(suggest('x'.repeat(100_000), ['start'])).toBeUndefined();
});
