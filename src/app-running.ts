// Composition, life: the loops, stepping by hand, stopping in order.
import { createLoop, type Loop } from './support/loop.js';
import { orAfter } from './support/or-after.js';
import type { Inbox } from './intake/inbox.js';
import type { Listener } from './http/listen.js';
import type { AbortReason } from './runner/abort.js';
import type { Scheduler } from './runner/scheduler.js';
import type { Store } from './store/store.js';
import type { Log } from './support/log.js';

export interface App {
  /** The public listener. */
  readonly url: string;
  /** Runs the loops until `stop`. */
  start(): void;
  /** One step of every loop by hand; true when something was done. For tests: do not mix with `start`. */
  step(): Promise<boolean>;
  readonly activeRuns: number;
  /** Runs, deliveries and words to the forge that are under way. */
  readonly underWay: number;
  /** Resolves when one of what is under way has ended; at once when there is nothing. */
  oneEnded(): Promise<void>;
  /** No more requests, no more claims; agents are ended and their tasks queued again without a burnt attempt. */
  stop(): Promise<void>;
}

const LOOPS = ['inbox', 'scheduler', 'outbox', 'reaper'] as const;

type LoopName = (typeof LOOPS)[number];

/** How the parts wake each other; nothing happens before `start` and in stepped tests. */
export interface Wakers {
  readonly all: () => void;
  readonly one: (name: LoopName) => void;
  readonly set: (name: LoopName, wake: () => void) => void;
}

export function createWakers(): Wakers {
  const wakers = new Map<LoopName, () => void>();
  return {
    all: () => wakers.forEach((wake) => wake()),
    one: (name) => wakers.get(name)?.(),
    set: (name, wake) => wakers.set(name, wake),
  };
}

export interface Parts {
  readonly log: Log;
  readonly steps: Readonly<Record<LoopName, () => Promise<boolean>>>;
  readonly wakers: Wakers;
  readonly listener: Listener;
  readonly store: Store;
  readonly scheduler: Scheduler;
  /** Aborted by `stop`. */
  readonly ending: AbortController;
  readonly inbox: Lanes;
  readonly outbox: Lanes;
  /** What is due beside the work; asks nothing more once aborted. No end of the server waits for it. */
  readonly beside: (signal: AbortSignal) => Promise<void>;
}

type Lanes = Pick<Inbox, 'active' | 'oneEnded' | 'allEnded'>;

/** As runs are ended by it: a hand-over has a moment to come to its end. */
const STOPPING: AbortReason = { kind: 'shutdown' };

/** A forge that never answers must not keep the server from ending: what was not confirmed is repeated at the next start. */
const STOP_PATIENCE_MS = 15_000;

/** A loop that is not woken looks again after this long: timers of the queue and the outbox come due without a writer. */
const IDLE_MS = 1_000;

export function running(parts: Parts): App {
  const { log, steps, wakers, listener, store, scheduler, inbox, outbox, beside, ending } = parts;
  const loops: Promise<void>[] = [];
  const loopOf = (name: string, step: () => Promise<boolean>): Loop =>
    createLoop({ name, step, idleMs: IDLE_MS, signal: ending.signal, log });
  return {
    url: listener.url,
    start() {
      void loopOf('beside', async () => {
        await beside(ending.signal);
        return false;
      }).run();
      for (const name of LOOPS) {
        const loop = loopOf(name, steps[name]);
        wakers.set(name, loop.wake);
        loops.push(loop.run());
      }
    },
    async step() {
      await beside(ending.signal);
      let did = false;
      for (const name of LOOPS) did = (await steps[name]()) || did;
      return did;
    },
    get activeRuns() {
      return scheduler.active;
    },
    get underWay() {
      return scheduler.active + inbox.active + outbox.active;
    },
    async oneEnded() {
      const working = [scheduler, inbox, outbox].filter((one) => one.active > 0);
      if (working.length > 0) await Promise.race(working.map((one) => one.oneEnded()));
    },
    async stop() {
      await listener.close();
      await scheduler.stop();
      ending.abort(STOPPING);
      await Promise.all(loops);
      // A claim that was under way when the runs were ended.
      await scheduler.stop();
      await orAfter(STOP_PATIENCE_MS, Promise.all([inbox.allEnded(), outbox.allEnded()]));
      await store.close();
    },
  };
}
