// Takes registered secrets out of any text that leaves the process, in every encoding they are likely to appear in.
import { KugetsuError } from './errors.js';
import { encodingsOf } from './mask-encodings.js';

export interface Masker {
  /** From now on this secret is masked. Throws `secret_too_short` below 6 characters: it would mask half of every text. */
  add(secret: string): void;
  /** The text with every known secret replaced by `***`, also where line ends or terminal colours split it. */
  mask(text: string): string;
  /** For text that arrives in pieces: holds back as much as could still become a secret. */
  stream(): MaskStream;
}

export interface MaskStream {
  /** What may be shown now. */
  push(chunk: string): string;
  /** The rest. */
  end(): string;
}

const SHORTEST_SECRET = 6;
const MASK = '***';

export function createMasker(): Masker {
  let needles: readonly string[] = [];
  return {
    add: (secret) => {
      if (secret.length < SHORTEST_SECRET) {
        const message = `a secret of ${secret.length} characters cannot be masked; use at least ${SHORTEST_SECRET}`;
        throw new KugetsuError('secret_too_short', message);
      }
      // Longest first, so that `stream` sees how far it must look back.
      const all = new Set([...needles, ...encodingsOf(secret)]);
      needles = [...all].sort((a, b) => b.length - a.length);
    },
    mask: (text) => replace(text, findAll(text, needles)),
    stream: () => createStream(() => needles),
  };
}

/** A stretch of text, end excluded. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** An escape sequence that is still incomplete at the end of a piece counts as text until it is complete. */
const ESCAPE_SLACK = 32;

function createStream(needles: () => readonly string[]): MaskStream {
  let held = '';
  function take(upTo: number, spans: readonly Span[]): string {
    const shown = replace(
      held.slice(0, upTo),
      spans.filter((span) => span.end <= upTo),
    );
    held = held.slice(upTo);
    return shown;
  }
  return {
    push: (chunk) => {
      held += chunk;
      const known = needles();
      const spans = findAll(held, known);
      const keep = (known[0]?.length ?? 1) - 1;
      const cut = keep === 0 ? held.length : positionBefore(held, keep + ESCAPE_SLACK);
      // A secret across the cut is held whole: the one that overlaps it may not be complete yet.
      const across = spans.find((span) => span.start < cut && cut < span.end);
      return take(across?.start ?? cut, spans);
    },
    end: () => take(held.length, findAll(held, needles())),
  };
}

/** All stretches that spell a needle, merged where they touch, in order. */
function findAll(text: string, needles: readonly string[]): Span[] {
  const { bare, positions } = withoutGaps(text);
  const spans: Span[] = [];
  for (const needle of needles) {
    for (let at = bare.indexOf(needle); at !== -1; at = bare.indexOf(needle, at + 1)) {
      const last = at + needle.length - 1;
      spans.push({ start: positions?.[at] ?? at, end: (positions?.[last] ?? last) + 1 });
    }
  }
  return merge(spans);
}

function merge(spans: Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && span.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else merged.push(span);
  }
  return merged;
}

function replace(text: string, spans: readonly Span[]): string {
  let shown = '';
  let from = 0;
  for (const span of spans) {
    shown += text.slice(from, span.start) + MASK;
    from = span.end;
  }
  return shown + text.slice(from);
}

/** What may stand between two characters of a secret without hiding it from a reader: line ends and terminal sequences. */
const GAP = new RegExp(String.raw`[\r\n]|\u001B\[[0-9;?]{0,16}[A-Za-z]`, 'g');

function withoutGaps(text: string): { bare: string; positions?: readonly number[] } {
  const gaps = [...text.matchAll(GAP)];
  if (gaps.length === 0) return { bare: text };
  const pieces: string[] = [];
  const positions: number[] = [];
  let from = 0;
  for (const gap of [...gaps, undefined]) {
    const to = gap?.index ?? text.length;
    pieces.push(text.slice(from, to));
    for (let position = from; position < to; position += 1) positions.push(position);
    from = to + (gap?.[0].length ?? 0);
  }
  return { bare: pieces.join(''), positions };
}

/** Where the last `count` characters begin, gaps not counted. */
function positionBefore(text: string, count: number): number {
  const { bare, positions } = withoutGaps(text);
  const at = bare.length - count;
  if (at <= 0) return 0;
  return positions?.[at] ?? at;
}
