// What becomes of that which met a fault: one rule over every code of a forge and of git.
import { expect, test } from 'vitest';
import { ForgeError, type ForgeErrorCode } from '../../../src/forges/forge.js';
import { judgeFault, passingOf, type GitErrorCode } from '../../../src/forges/passing.js';
import { GitError } from '../../../src/git/git.js';
import { StoreError } from '../../../src/store/store.js';
import { KugetsuError } from '../../../src/support/errors.js';

const AT_FORGE: Record<ForgeErrorCode, string> = {
  unavailable: 'passing forge unavailable',
  rate_limited: 'passing forge rate_limited',
  unauthorized: 'passing forge credentials',
  archived: 'passing repo archived',
  forbidden: 'refused',
  not_found: 'refused',
  conflict: 'refused',
  invalid: 'refused',
  gone: 'refused',
};
const OF_GIT: Record<GitErrorCode, string> = {
  unavailable: 'passing repo unavailable',
  timeout: 'passing repo unavailable',
  auth: 'passing forge credentials',
  archived: 'passing repo archived',
  forbidden: 'refused',
  not_found: 'refused',
  failed: 'failed',
};

function shown(error: unknown): string {
  const fault = judgeFault(error);
  return fault.kind === 'passing' ? `passing ${fault.scope} ${fault.because}` : fault.kind;
}

test('every code of a forge and of git is judged in one way', () => {
  for (const [code, expected] of Object.entries(AT_FORGE))
    expect(shown(new ForgeError(code as ForgeErrorCode, 'x'))).toBe(expected);
  for (const [code, expected] of Object.entries(OF_GIT))
    expect(shown(new GitError(code as GitErrorCode, 'x'))).toBe(expected);
  expect(shown(new ForgeError('forbidden', 'x', { fix: 'give it the scope' }))).toBe('passing forge rights');
});

test('whatever is not theirs is unforeseen, whatever its code says', () => {
  const others = [new StoreError('failed', 'x'), new KugetsuError('not_found', 'x'), new Error('x'), 'x'];
  expect(others.map(shown)).toEqual(others.map(() => 'unforeseen'));
});

test('the forge is believed for an hour at most', () => {
  const wait = (retryAfterMs: number) =>
    passingOf(new ForgeError('rate_limited', 'x', { retryAfterMs }))?.retryAfterMs;
  expect([wait(5_000), wait(86_400_000)]).toEqual([5_000, 3_600_000]);
});
