// Takes registered secrets out of any text that leaves the process, in every encoding they are likely to appear in.
import { KugetsuError } from './errors.js';
import { encodingsOf } from './mask-encodings.js';
import { asShown, asWritten, type Reading } from './mask-readings.js';

export interface Masker {
  /**
   * From now on this secret is masked; `untilMs` (epoch) is for what is minted and ends by itself, so that the list does
   * not grow for ever. Throws `secret_too_short` below 6 characters: it would mask half of every text.
   */
  add(secret: string, options?: { readonly untilMs?: number }): void;
  /**
   * The text with every known secret replaced by `***`, also where line ends, quote marks, terminal colours or Markdown's
   * escapes split it. Linear in the text.
   */
  mask(text: string): string;
}

export const SHORTEST_SECRET = 6;
const MASK = '***';

export function createMasker(): Masker {
  const untilOf = new Map<string, number>();
  let needles: Needles = { written: [], shown: [] };
  let nextEndMs = Infinity;

  function learn(): void {
    const now = Date.now();
    for (const [secret, until] of untilOf) if (until <= now) untilOf.delete(secret);
    nextEndMs = Math.min(Infinity, ...untilOf.values());
    needles = needlesOf([...untilOf.keys()]);
  }

  return {
    add: (secret, { untilMs = Infinity } = {}) => {
      if (secret.length < SHORTEST_SECRET) {
        const message = `a secret of ${secret.length} characters cannot be masked; use at least ${SHORTEST_SECRET}`;
        throw new KugetsuError('secret_too_short', message);
      }
      const known = untilOf.get(secret);
      untilOf.set(secret, Math.max(untilMs, known ?? 0));
      if (known === undefined) learn();
    },
    mask: (text) => {
      if (nextEndMs <= Date.now()) learn();
      const spans = findAll(asWritten(text), needles.written);
      if (/[\\&]/.test(text)) spans.push(...findAll(asShown(text), needles.shown));
      return replace(text, merge(spans));
    },
  };
}

/** What is looked for in each reading of a text: a secret read in the same way. */
interface Needles {
  readonly written: readonly string[];
  readonly shown: readonly string[];
}

function needlesOf(secrets: readonly string[]): Needles {
  const all = secrets.flatMap(encodingsOf);
  const read = (how: (text: string) => Reading) =>
    [...new Set(all.map((needle) => how(needle).bare))].filter((needle) => needle.length >= SHORTEST_SECRET);
  return { written: read(asWritten), shown: read(asShown) };
}

/** A stretch of text, end excluded. */
interface Span {
  readonly start: number;
  end: number;
}

function findAll({ bare, starts, ends }: Reading, needles: readonly string[]): Span[] {
  const spans: Span[] = [];
  for (const needle of needles) {
    let last: Span | undefined;
    for (let at = bare.indexOf(needle); at !== -1; at = bare.indexOf(needle, at + 1)) {
      const start = starts?.[at] ?? at;
      const lastChar = at + needle.length - 1;
      const end = ends?.[lastChar] ?? lastChar + 1;
      if (last !== undefined && start <= last.end) last.end = end;
      else spans.push((last = { start, end }));
    }
  }
  return spans;
}

function merge(spans: Span[]): Span[] {
  const merged: Span[] = [];
  for (const { start, end } of spans.sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
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
