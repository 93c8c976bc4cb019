// A worker loop: step until there is nothing to do, then sleep until woken or until the idle time is over.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describeError } from './errors.js';
import type { Log } from './log.js';

export interface Loop {
  /** There may be work now. Cheap, never lost: called during a step it leads to one more. */
  wake(): void;
  /** Ends after the current step once the signal is aborted; never rejects. */
  run(): Promise<void>;
}

export interface LoopOptions {
  readonly name: string;
  /** One piece of work; true when there may be more at once. Its errors are logged and backed off, they never end the loop. */
  readonly step: () => Promise<boolean>;
  readonly idleMs: number;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** First wait after an error, doubled with each further one in a row. */
  readonly backoffMs?: { readonly first: number; readonly most: number };
}

export function createLoop(options: LoopOptions): Loop {
  const { signal, idleMs } = options;
  let woken = false;
  let endSleep: (() => void) | undefined;

  async function run(): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      woken = false;
      const result = await stepOnce(options);
      failures = result === 'failed' ? failures + 1 : 0;
      if (result === 'failed') await sleep(backoffFor(options, failures), false);
      else if (result === 'idle' && !woken) await sleep(idleMs, true);
      // Steps may never leave the microtask queue; timers and sockets must get their turn.
      else await nextTurn();
    }
  }

  function sleep(ms: number, wakeable: boolean): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        endSleep = undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
      // After an error a wake waits its turn: a broken step must not become a hot loop.
      if (wakeable) endSleep = end;
    });
  }

  return {
    wake: () => {
      woken = true;
      endSleep?.();
    },
    run,
  };
}

async function stepOnce({ name, step, log }: LoopOptions): Promise<'more' | 'idle' | 'failed'> {
  try {
    return (await step()) ? 'more' : 'idle';
  } catch (error) {
    log.error('loop.step_failed', { loop: name, reason: describeError(error), error });
    return 'failed';
  }
}

function backoffFor({ backoffMs = { first: 200, most: 30_000 } }: LoopOptions, failures: number): number {
  return Math.min(backoffMs.most, backoffMs.first * 2 ** Math.min(failures - 1, 20));
}
