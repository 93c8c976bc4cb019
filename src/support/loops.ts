// The loops of a server: run until its end, or stepped by hand; each can be woken, all at once or one by name.
import type { Log } from './log.js';
import { createLoop } from './loop.js';

/** How the parts wake each other; nothing happens before the loops run. */
export interface Wakers<Name extends string> {
  readonly all: () => void;
  readonly one: (name: Name) => void;
  readonly set: (name: Name, wake: () => void) => void;
}

export function createWakers<Name extends string>(): Wakers<Name> {
  const wakers = new Map<Name, () => void>();
  return {
    all: () => wakers.forEach((wake) => wake()),
    one: (name) => wakers.get(name)?.(),
    set: (name, wake) => void wakers.set(name, wake),
  };
}

export interface Loops {
  /** Runs each until `signal` is aborted. */
  start(): void;
  /** One step of every loop, in order; true when something was done. Not together with `start`. */
  step(): Promise<boolean>;
  /** Resolves when all of them have ended. */
  ended(): Promise<unknown>;
}

export interface LoopsDeps<Name extends string> {
  /** By their names, in the order in which `step` takes them. */
  readonly steps: Readonly<Record<Name, () => Promise<boolean>>>;
  readonly wakers: Wakers<Name>;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** A loop that is not woken looks again after this long: timers come due without a writer. */
const IDLE_MS = 1_000;

export function createLoops<Name extends string>({ steps, wakers, signal, log }: LoopsDeps<Name>): Loops {
  const names = Object.keys(steps) as Name[];
  const running: Promise<void>[] = [];
  return {
    start() {
      for (const name of names) {
        const loop = createLoop({ name, step: steps[name], idleMs: IDLE_MS, signal, log });
        wakers.set(name, loop.wake);
        running.push(loop.run());
      }
    },
    async step() {
      let did = false;
      for (const name of names) did = (await steps[name]()) || did;
      return did;
    },
    ended: () => Promise.all(running),
  };
}

/** What runs beside the steps that began it. */
export interface UnderWay {
  readonly active: number;
  /** Resolves when one of them has ended; at once when there is none. */
  oneEnded(): Promise<void>;
}

export function activeIn(parts: readonly UnderWay[]): number {
  return parts.reduce((sum, { active }) => sum + active, 0);
}

/** At once when nothing is under way anywhere. */
export async function oneEndedIn(parts: readonly UnderWay[]): Promise<void> {
  const working = parts.filter(({ active }) => active > 0);
  if (working.length > 0) await Promise.race(working.map((part) => part.oneEnded()));
}
