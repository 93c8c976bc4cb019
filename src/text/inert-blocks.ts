// Lines of Markdown told apart as far as `inert` needs it: code, quotes, lines of a table, other lines.

export type InertBlock =
  | { readonly kind: 'line'; readonly text: string; readonly inTable: boolean }
  | { readonly kind: 'quote'; readonly lines: readonly string[] }
  | { readonly kind: 'code'; readonly code: string; readonly lang: string };

interface Opener {
  readonly marks: string;
  readonly indent: number;
  readonly lang: string;
}

const listItem = /^\s*(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const quoteMark = /^ {0,3}> ?/;

/**
 * More generous than CommonMark in what is a fence (any indent, after list markers): every block is written anew, so
 * being wrong changes how it looks and never what it can do. `quotes` false: quote marks are ordinary text.
 */
export function inertBlocks(lines: readonly string[], quotes: boolean): InertBlock[] {
  const blocks: InertBlock[] = [];
  const inTable = tableLines(lines);
  let inList = false;
  let index = 0;
  while (index < lines.length) {
    const text = lines[index] ?? '';
    const before = index;
    const opener = fenceOpener(text);
    if (opener !== undefined) {
      const end = fenceEnd(lines, index + 1, opener);
      blocks.push({
        kind: 'code',
        lang: opener.lang,
        code: dedent(lines.slice(index + 1, end), opener.indent),
      });
      index = end + 1;
    } else if (quotes && quoteMark.test(text)) {
      index = endOf(lines, index, (line) => quoteMark.test(line));
      blocks.push({
        kind: 'quote',
        lines: lines.slice(before, index).map((line) => line.replace(quoteMark, '')),
      });
    } else if (!inList && isIndented(text) && isBlank(lines[index - 1])) {
      index = endOf(lines, index, (line) => isIndented(line));
      blocks.push({ kind: 'code', lang: '', code: dedent(lines.slice(before, index), 4) });
    } else {
      blocks.push({ kind: 'line', text, inTable: inTable.has(index) });
      index += 1;
    }
    if (listItem.test(text)) inList = true;
    else if (/^\S/.test(text)) inList = false;
  }
  return blocks;
}

/** The lines of what may be a table: from the line above a delimiter row to the next blank line. */
function tableLines(lines: readonly string[]): Set<number> {
  const found = new Set<number>();
  let within = false;
  for (const [index, line] of lines.entries()) {
    if (isBlank(line)) within = false;
    if (!within && /^[\s>*+\-:|\d.)]*$/.test(line) && line.includes('-') && /[|:]/.test(line)) {
      within = true;
      found.add(index - 1);
    }
    if (within) found.add(index);
  }
  return found;
}

function fenceOpener(line: string): Opener | undefined {
  const found = /^(\s*)((?:(?:[-*+]|\d{1,9}[.)])\s+)*)(?:(`{3,})([^`]*)|(~{3,})(.*))$/.exec(line);
  if (found === null) return undefined;
  const marks = found[3] ?? found[5] ?? '';
  const lang = (found[4] ?? found[6] ?? '').trim().split(/\s/)[0] ?? '';
  return { marks, lang, indent: (found[1] ?? '').length + (found[2] ?? '').length };
}

/** Index of the closing line, or past the end. */
function fenceEnd(lines: readonly string[], from: number, opener: Opener): number {
  const closes = (line: string): boolean => {
    const trimmed = line.trim();
    return trimmed.length >= opener.marks.length && trimmed === opener.marks.charAt(0).repeat(trimmed.length);
  };
  let index = from;
  while (index < lines.length && !closes(lines[index] ?? '')) index += 1;
  return index;
}

function endOf(lines: readonly string[], from: number, belongs: (line: string) => boolean): number {
  let index = from;
  while (index < lines.length && belongs(lines[index] ?? '')) index += 1;
  return index;
}

function dedent(lines: readonly string[], indent: number): string {
  return lines.map((line) => line.slice(Math.min(indent, line.length - line.trimStart().length))).join('\n');
}

function isIndented(line: string): boolean {
  return /^(?: {4}| {0,3}\t)\s*\S/.test(line);
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === '';
}
