// Both ends of the hand-over: the command for the sandbox, and reading what it prints.
import { Readable } from 'node:stream';
import { HANDOVER_SCRIPT } from './handover-script.js';
import type { Identity } from './git.js';
import { isSha } from './names.js';
import { KugetsuError } from '../support/errors.js';

const NOTES = [
  /** Left-over changes were committed, by the script. */
  'committed',
  /** A merge was left with conflicts: their markers are in the files. */
  'conflicts',
  /** A repository inside the worktree: its files were taken, or it was left out because it has a remote. */
  'nested-repository',
  /** Some files could not be read. */
  'not-everything-added',
  'rebase-finished',
  'rebase-given-up',
] as const;
export type HandoverNote = (typeof NOTES)[number];

/**
 * `tip`: commits came over; `pack` is still to be read, by `Mirror.receive`. `none`: nothing to hand over.
 * `error`: a sentence; the worktree is as it was.
 */
export type Handover =
  | {
      readonly kind: 'tip';
      readonly tip: string;
      readonly pack: Readable;
      readonly notes: readonly HandoverNote[];
    }
  | { readonly kind: 'none'; readonly notes: readonly HandoverNote[] }
  | { readonly kind: 'error'; readonly reason: string };

/** The pack's stream ends with this when it is cut off; the message is a sentence for the issue. */
export class HandoverError extends KugetsuError<'handover'> {
  override readonly name = 'HandoverError';
}

/**
 * What the sandbox runs with the worktree as its folder, after every process of the agent was ended. `base` is the commit the
 * session's branch started from; `branch` the session's branch. Exit 0 = printed all of it.
 */
export function handoverCommand(options: {
  readonly base: string;
  readonly branch: string;
  readonly message: string;
  readonly identity: Identity;
}): readonly [string, ...string[]] {
  const { base, branch, message, identity } = options;
  return [
    '/bin/sh',
    '-c',
    HANDOVER_SCRIPT,
    'kugetsu-handover',
    base,
    message,
    identity.name,
    identity.email,
    branch,
  ];
}

/**
 * Reads the first line; the pack goes on as a stream, ended by an error after `maxBytes` or when nothing ends it before
 * `timeoutMs`. On `none` and `error` the stream is destroyed. Never throws.
 */
export async function readHandover(
  stream: Readable,
  options: { readonly maxBytes: number; readonly timeoutMs: number },
): Promise<Handover> {
  const timer = setTimeout(() => stream.destroy(new HandoverError('handover', TOO_SLOW)), options.timeoutMs);
  const chunks = stream.iterator({ destroyOnReturn: false });
  const done = () => {
    clearTimeout(timer);
    stream.destroy();
  };
  const first = await firstLine(chunks);
  if (typeof first === 'string') {
    done();
    return { kind: 'error', reason: first };
  }
  const [magic, version, tip = '', ...words] = first.line.split(' ');
  const notes = NOTES.filter((note) => words.includes(note));
  if (magic === 'kugetsu-handover' && version === 'v1' && tip === 'none') {
    done();
    return { kind: 'none', notes };
  }
  if (magic !== 'kugetsu-handover' || version !== 'v1' || !isSha(tip)) {
    done();
    return { kind: 'error', reason: NOT_OURS };
  }
  const pack = Readable.from(capped(first.rest, chunks, options.maxBytes, done), { objectMode: false });
  // Nobody may be listening yet when it breaks; whoever reads it finds the error in `errored`.
  pack.on('error', () => {});
  return { kind: 'tip', tip, pack, notes };
}

const MAX_LINE_BYTES = 512;
const NOT_OURS =
  'The hand-over of the commits did not begin as it should: nothing was taken from the worktree.';
const TOO_SLOW = 'The hand-over of the commits took too long and was ended.';

async function firstLine(
  chunks: AsyncIterator<Buffer>,
): Promise<{ readonly line: string; readonly rest: Buffer } | string> {
  let head = Buffer.alloc(0);
  try {
    for (;;) {
      const next = await chunks.next();
      if (next.done === true) return NOT_OURS;
      head = Buffer.concat([head, next.value]);
      const end = head.indexOf(10);
      if (end > MAX_LINE_BYTES || (end < 0 && head.length > MAX_LINE_BYTES)) return NOT_OURS;
      if (end >= 0) return { line: head.subarray(0, end).toString('latin1'), rest: head.subarray(end + 1) };
    }
  } catch (error) {
    return error instanceof HandoverError ? error.message : NOT_OURS;
  }
}

async function* capped(
  rest: Buffer,
  chunks: AsyncIterator<Buffer>,
  maxBytes: number,
  done: () => void,
): AsyncGenerator<Buffer> {
  let seenBytes = 0;
  try {
    for (let chunk: Buffer | undefined = rest; chunk !== undefined;) {
      seenBytes += chunk.length;
      if (seenBytes > maxBytes) {
        const mb = Math.ceil(maxBytes / (1024 * 1024));
        throw new HandoverError(
          'handover',
          `The commits are larger than ${mb} MB. Are generated files missing from .gitignore?`,
        );
      }
      yield chunk;
      const next = await chunks.next();
      chunk = next.done === true ? undefined : next.value;
    }
  } finally {
    done();
  }
}
