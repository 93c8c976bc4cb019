// For a queued task: what it waits for, when it goes on, and why. Pure.
import type { WaitsFor } from '../domain/result.js';
import { duration, ordinal } from '../text/amounts.js';
import { singleLine } from '../text/lines.js';
import type { Medium } from './medium.js';

const MOST_WHY_CHARS = 240;

interface Waiting {
  readonly waitsFor?: WaitsFor | undefined;
  /** From 1 over the whole queue. */
  readonly place?: number | undefined;
  readonly attempts: number;
}

/** @param otherTask what is said where the task that is waited for is not known by name */
export function waitInWords(line: Waiting, now: number, medium: Medium, otherTask: string): string {
  const { waitsFor, place, attempts } = line;
  const inLine = place === undefined || place < 1 ? '' : `${ordinal(place)} in line, `;
  switch (waitsFor?.kind) {
    case undefined:
    case 'slot':
      return `${inLine}waits for a slot`;
    case 'task':
      return `${inLine}waits for ${waitsFor.task ?? otherTask}`;
    case 'attempt':
    case 'forge':
      return delayInWords(waitsFor, attempts, now, medium);
  }
}

type Delayed = Extract<WaitsFor, { kind: 'attempt' | 'forge' }>;

function delayInWords(delayed: Delayed, attempts: number, now: number, { code }: Medium): string {
  const again = `again in ${duration(delayed.until - now)}`;
  if (delayed.why === undefined) return again;
  const why = code(singleLine(delayed.why, MOST_WHY_CHARS));
  if (delayed.kind === 'attempt') return `attempt ${attempts} ended early, ${again}: ${why}`;
  const since = delayed.since === undefined ? '' : ` since ${new Date(delayed.since).toISOString()}`;
  return `waits for the forge${since}, ${again}: ${why}`;
}
