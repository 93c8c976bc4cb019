// The one place that says of a fault whether it passes by itself, what waits with it, and for how long at most.
import { KugetsuError, type Fault, type Passing } from '../support/errors.js';
import type { ForgeErrorCode } from './forge.js';

export type { Fault, Passing } from '../support/errors.js';

/** Whatever waits for a forge is given up after three days: a weekend. */
export const PATIENCE_MS = 3 * 24 * 60 * 60_000;

/** A quarter of an hour of trying: days in which the machine slept, or its clock jumped over, are no tries. */
const LEAST_TRIES = 10;

/**
 * Is what was owed since `sinceMs` to be given up?
 * @param failed tries that failed before this one
 */
export function isGivenUp(on: {
  readonly sinceMs: number;
  readonly nowMs: number;
  readonly failed: number;
  readonly patienceMs?: number;
}): boolean {
  const { sinceMs, nowMs, failed, patienceMs = PATIENCE_MS } = on;
  return nowMs - sinceMs >= patienceMs && failed + 1 >= LEAST_TRIES;
}

/**
 * The longest limit that a forge is known to have is by the hour (GitHub's): whoever names more has a wrong clock or a
 * broken proxy, and asking once an hour hurts nobody.
 */
const MOST_RETRY_AFTER_MS = 60 * 60_000;

/** Whatever is not of ours is unforeseen. */
export function judgeFault(error: unknown): Fault {
  return error instanceof KugetsuError ? error.fault : { kind: 'unforeseen' };
}

/** The longest wait between two tries, where the forge asks for no longer one. */
const MOST_WAIT_MS = 5 * 60_000;

/**
 * How long to wait until the next try: doubled with each one that failed, and never less than the forge asked for.
 * @param failed tries that failed before this one
 */
export function waitMsAfter(
  failed: number,
  { firstMs, retryAfterMs }: { readonly firstMs: number; readonly retryAfterMs?: number | undefined },
): number {
  return Math.max(Math.min(firstMs * 2 ** failed, MOST_WAIT_MS), retryAfterMs ?? 0);
}

/** Nothing can be asked of this forge for now. */
export function isForgeAway(error: unknown): boolean {
  return passingOf(error)?.scope === 'forge';
}

/** Undefined for whatever does not pass by itself. */
export function passingOf(error: unknown): Passing | undefined {
  return error instanceof KugetsuError ? error.passing : undefined;
}

/** What a forge's answer means. */
export function faultAtForge(
  code: ForgeErrorCode,
  details: { readonly retryAfterMs?: number; readonly fix?: string },
): Fault {
  const wantedMs = details.retryAfterMs;
  const retryAfterMs = wantedMs === undefined ? undefined : Math.min(wantedMs, MOST_RETRY_AFTER_MS);
  switch (code) {
    case 'unavailable':
    case 'rate_limited':
      return { kind: 'passing', scope: 'forge', because: code, retryAfterMs };
    case 'unauthorized':
      return { kind: 'passing', scope: 'forge', because: 'credentials', retryAfterMs };
    case 'archived':
      return { kind: 'passing', scope: 'repo', because: 'archived', retryAfterMs };
    case 'forbidden':
      // A token without a scope is the operator's to mend, as a wrong one is: nobody's command is lost for it.
      return details.fix === undefined
        ? { kind: 'refused' }
        : { kind: 'passing', scope: 'forge', because: 'rights', retryAfterMs };
    case 'not_found':
    case 'conflict':
    case 'invalid':
    case 'gone':
      return { kind: 'refused' };
  }
}

/** `auth`: the credential was not accepted. `forbidden`: it was, and may not do this. */
export type GitErrorCode =
  | 'unavailable'
  | 'auth'
  | 'forbidden'
  | 'archived'
  | 'not_found'
  | 'timeout'
  | 'failed';

/** What it means that git could not do it. */
export function faultOfGit(code: GitErrorCode): Fault {
  switch (code) {
    // One repository may be too large or its mirror busy: that says nothing of the others.
    case 'unavailable':
    case 'timeout':
      return { kind: 'passing', scope: 'repo', because: 'unavailable', retryAfterMs: undefined };
    case 'auth':
      return { kind: 'passing', scope: 'forge', because: 'credentials', retryAfterMs: undefined };
    case 'archived':
      return { kind: 'passing', scope: 'repo', because: 'archived', retryAfterMs: undefined };
    case 'forbidden':
    case 'not_found':
      return { kind: 'refused' };
    case 'failed':
      return { kind: 'failed' };
  }
}
