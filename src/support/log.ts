// The one logger: events with fields as JSON lines on stderr, every line masked.
import { pino } from 'pino';
import { recordError } from './errors.js';
import type { Masker } from './mask.js';

export type Fields = Readonly<Record<string, unknown>>;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface Log {
  debug(event: string, fields?: Fields): void;
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
  /** The same log with these fields in every line. */
  child(fields: Fields): Log;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly masker: Masker;
  /** Where the lines go, each with its line end; stderr by default. */
  readonly destination?: { write(line: string): void };
}

/** Errors among the fields become message, code and causes; their stacks are written only at level `debug`. */
export function createLog({ level, masker, destination = stderr() }: LogOptions): Log {
  const lines = pino(
    {
      level,
      base: {},
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => destination.write(masker.mask(line)) },
  );
  return wrap(lines, { withStack: level === 'debug', mask: (text) => masker.mask(text) }, {});
}

export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};

type Write = (fields: object, event: string) => void;
type Lines = Record<'debug' | 'info' | 'warn' | 'error', Write>;

interface Manner {
  readonly withStack: boolean;
  /** Also before JSON escapes what stands in a text: a line end inside a secret would be `\\n` then. */
  readonly mask: (text: string) => string;
}

function wrap(lines: Lines, manner: Manner, bound: Fields): Log {
  const write = (at: keyof Lines) => (event: string, fields?: Fields) =>
    lines[at]({ ...bound, ...plain(fields ?? {}, manner) }, event);
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => wrap(lines, manner, { ...bound, ...plain(fields, manner) }),
  };
}

/** The line's own names; a field of that name would be a second key in the same object. */
const TAKEN = new Set(['event', 'level', 'time']);

function plain(fields: Fields, { withStack, mask }: Manner): Fields {
  const entries = Object.entries(fields).map(([key, value]) => [
    TAKEN.has(key) ? `${key}_` : key,
    masked(value instanceof Error ? recordError(value, withStack) : value, mask),
  ]);
  return Object.fromEntries(entries);
}

/** Texts at any depth; what is neither a list nor a plain object stays as it is. */
function masked(value: unknown, mask: Manner['mask']): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((inner: unknown) => masked(inner, mask));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner, mask)]));
}

function stderr(): { write(line: string): void } {
  return pino.destination({ fd: 2, sync: true });
}
