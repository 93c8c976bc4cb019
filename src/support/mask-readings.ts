// A text as a reader puts it together: without what may stand between two characters of a secret and hides nothing.

export interface Reading {
  readonly bare: string;
  /** Where each character (UTF-16 unit) of `bare` begins and ends in the text; undefined when nothing was left out. */
  readonly starts?: Uint32Array;
  readonly ends?: Uint32Array;
}

/** Line ends with the indentation and quote marks that follow, terminal sequences, characters of no width. */
const GAP = String.raw`[\r\n\u2028\u2029][\r\n\u2028\u2029\t >]*|\u001B\[[0-9;?]{0,16}[A-Za-z]|[\u00AD\u200B-\u200D\u2060\uFEFF]+`;
const gaps = new RegExp(GAP, 'g');
/** What Markdown writes before or instead of a character: its backslash, its references. */
const gapsAndEscapes = new RegExp(
  String.raw`${GAP}|\\(?=[!-/:-@\[-\x60{-~])(?<escaped>.)|&(?:#(?<decimal>\d{1,7})|#[xX](?<hex>[0-9a-fA-F]{1,6})|(?<name>lt|gt|amp|quot|apos));`,
  'g',
);
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The characters as they stand, gaps left out. */
export function asWritten(text: string): Reading {
  return read(text, gaps);
}

/** The characters that a page shows: escapes undone as well. */
export function asShown(text: string): Reading {
  return read(text, gapsAndEscapes);
}

function read(text: string, pattern: RegExp): Reading {
  if (text.search(pattern) === -1) return { bare: text };
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  const pieces: string[] = [];
  let count = 0;
  let from = 0;
  const keep = (to: number): void => {
    pieces.push(text.slice(from, to));
    for (let at = from; at < to; at += 1) {
      starts[count] = at;
      ends[count] = at + 1;
      count += 1;
    }
  };
  for (const match of text.matchAll(pattern)) {
    keep(match.index);
    from = match.index + match[0].length;
    const char = charOf(match.groups);
    // Shorter than what stands for it, always: so the arrays are long enough.
    for (let unit = 0; unit < char.length; unit += 1) {
      starts[count] = match.index;
      ends[count] = from;
      count += 1;
    }
    pieces.push(char);
  }
  keep(text.length);
  return { bare: pieces.join(''), starts, ends };
}

function charOf(groups: Record<string, string | undefined> | undefined): string {
  if (groups === undefined) return '';
  const { escaped, decimal, hex, name } = groups;
  if (escaped !== undefined) return escaped;
  if (name !== undefined) return NAMED[name] ?? '';
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return Number.isNaN(code) || code > 0x10_ff_ff ? '' : String.fromCodePoint(code);
}
