// Waits for a condition, with a bound: the only place of the tests that lets time pass.
import { setTimeout as pause } from 'node:timers/promises';

/** Asks again every 20 ms; throws after `boundMs` with what was waited for. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  boundMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + boundMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${boundMs} ms in vain: ${what}`);
    await pause(20);
  }
}
