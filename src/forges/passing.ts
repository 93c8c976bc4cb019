// The one place that says of a fault whether it passes by itself, what waits with it, and for how long at most.
import { ForgeError, type ForgeErrorCode } from './forge.js';

/**
 * `passing`: the forge, or its operator, will mend it: whatever is owed waits and is done afterwards.
 * `refused`: the forge understood and said no: the same again is refused again.
 * `failed`: git could not do it here: another run may, from a fresh start; the same order again does not.
 * `unforeseen`: a fault of ours or of the machine (disk, database): worth another try.
 */
export type Fault =
  | ({ readonly kind: 'passing' } & Passing)
  | { readonly kind: 'refused' | 'failed' | 'unforeseen' };

export interface Passing {
  /** What waits with it: everything of this forge, or only what belongs to this repository. */
  readonly scope: 'forge' | 'repo';
  readonly because: 'unavailable' | 'rate_limited' | 'credentials' | 'rights' | 'archived';
  /** What the forge asked for, an hour at most; undefined where it named no time. */
  readonly retryAfterMs: number | undefined;
}

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

export function judgeFault(error: unknown): Fault {
  if (error instanceof ForgeError) return judgeForge(error.code, error.details);
  if (isGitError(error)) return judgeGit(error.code);
  return { kind: 'unforeseen' };
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
  const fault = judgeFault(error);
  return fault.kind === 'passing' ? fault : undefined;
}

function judgeForge(code: ForgeErrorCode, details: ForgeError['details']): Fault {
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

/** `GitError` of the room to the left, which is known here by its name and its codes only. */
interface GitFault extends Error {
  readonly code: 'unavailable' | 'timeout' | 'auth' | 'archived' | 'forbidden' | 'not_found' | 'failed';
}

function judgeGit(code: GitFault['code']): Fault {
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

function isGitError(error: unknown): error is GitFault {
  return error instanceof Error && error.name === 'GitError' && 'code' in error;
}
