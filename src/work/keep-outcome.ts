// A turn is not worked again because the disk was full for a while: its outcome is offered to the store for some minutes.
import { setTimeout as pause } from 'node:timers/promises';
import { StoreError } from '../store/store.js';
import { describeError } from '../support/errors.js';
import type { Log } from '../support/log.js';
import { conclude, type Conclusion } from './conclude.js';
import type { WorkDeps } from './deps.js';

/** Four minutes in all: the run keeps its slot meanwhile, but a store that takes nothing lets no other run begin either. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 60_000, 60_000];
/** The clock may be one that is moved by hand, so it is looked at. */
const LOOK_MS = 50;

/** An abort ends the waiting with one last try. @throws what the store said last */
export async function concludeSurely(
  deps: WorkDeps,
  on: Conclusion,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): Promise<void> {
  for (const waitMs of WAITS_MS) {
    const error = await failureOf(conclude(deps, on));
    if (error === undefined) return;
    if (signal.aborted || !mayPass(error)) throw error;
    log.warn('run.outcome_not_stored', { why: describeError(error), waitMs });
    await waitUntil(deps.now() + waitMs, deps.now, signal);
  }
  await conclude(deps, on);
}

async function failureOf(work: Promise<void>): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error ?? new Error('unknown');
  }
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof StoreError)) return false;
  return error.code === 'full' || error.code === 'failed' || error.code === 'conflict';
}

async function waitUntil(at: number, now: () => number, signal: AbortSignal): Promise<void> {
  while (now() < at && !signal.aborted) await pause(LOOK_MS);
}
