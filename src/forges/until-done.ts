// What each forge is asked once after a start: while one is down, asked again with growing pauses, the others not held up.
import { passingOf, waitMsAfter } from './passing.js';

export interface UntilDone {
  /** Attempts whatever is due, nothing once everything is done. Never throws. */
  step(): Promise<void>;
}

export interface UntilDoneDeps {
  readonly now: () => number;
  readonly forges: readonly string[];
  /** Attempted again later after `again`, and when it throws a fault that passes by itself and concerns the whole forge. */
  readonly attempt: (forge: string) => Promise<'done' | 'again'>;
  /** Told of the first fault of each forge, which may be the last. */
  readonly onFault: (forge: string, error: unknown) => void;
}

const FIRST_WAIT_MS = 5_000;

export function createUntilDone(deps: UntilDoneDeps): UntilDone {
  const open = new Map(deps.forges.map((name) => [name, { failed: 0, dueAtMs: -Infinity }]));

  async function attempt(name: string, failed: number): Promise<void> {
    try {
      if ((await deps.attempt(name)) === 'done') open.delete(name);
      else open.set(name, later(failed, undefined));
    } catch (error) {
      if (failed === 0) deps.onFault(name, error);
      const passing = passingOf(error);
      if (passing?.scope !== 'forge') {
        open.delete(name);
        return;
      }
      open.set(name, later(failed, passing.retryAfterMs));
    }
  }

  function later(failed: number, retryAfterMs: number | undefined) {
    const waitMs = waitMsAfter(failed, { firstMs: FIRST_WAIT_MS, retryAfterMs });
    return { failed: failed + 1, dueAtMs: deps.now() + waitMs };
  }

  return {
    async step() {
      const due = [...open].filter(([, { dueAtMs }]) => dueAtMs <= deps.now());
      await Promise.all(due.map(([name, { failed }]) => attempt(name, failed)));
    },
  };
}
