// The inbox goes behind accepting: while deliveries come in, it takes a fifth of the time, so that the door answers first.
import { setTimeout as wait } from 'node:timers/promises';

export interface Courtesy {
  /** A delivery has come in. */
  readonly arrived: () => void;
  /** The step, put off as long as it is owed to what comes in. */
  readonly after: (step: () => Promise<boolean>) => () => Promise<boolean>;
}

export interface CourtesyDeps {
  /** A clock that never goes back, in milliseconds. */
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
}

/** Nothing has come for so long: the burst is over. */
const QUIET_MS = 20;
/** For each millisecond of a step so many are left to accepting. */
const SHARE = 4;
/** A comment is never held back longer, whatever comes in: also a step that waited for a forge counts as one. */
const MOST_MS = 250;

export function createCourtesy({ nowMs, wait }: CourtesyDeps = REAL): Courtesy {
  let lastArrival = -Infinity;
  let owedUntil = -Infinity;
  return {
    arrived: () => {
      lastArrival = nowMs();
    },
    after: (step) => async () => {
      while (nowMs() < owedUntil && nowMs() - lastArrival < QUIET_MS) await wait(QUIET_MS / 4);
      const begun = nowMs();
      try {
        return await step();
      } finally {
        owedUntil = nowMs() + Math.min(SHARE * (nowMs() - begun), MOST_MS);
      }
    },
  };
}

const REAL: CourtesyDeps = { nowMs: () => performance.now(), wait };
