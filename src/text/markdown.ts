// The real Markdown parser, kept to what costs little: block structure, code, HTML and, where they are few, links.
import type { Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';

/** Longer text is not parsed. */
export const maxParsedChars = 16_384;

// Each of these is a way to make the parser quadratic; the figures are far above what people write.
const maxLines = 1_000;
const maxContainersPerLine = 20;
const maxContainers = 500;
const maxUnclosed = 100;
const maxBrackets = 150;

const neverNeeded = ['attention', 'characterReference'];
const links = ['labelStartImage', 'labelStartLink', 'labelEnd', 'definition'];

export type ParsedMarkdown =
  | {
      readonly ok: true;
      readonly tree: Root;
      /** False where the text holds so many brackets that links and definitions were left alone. */
      readonly withLinks: boolean;
    }
  | { readonly ok: false; readonly problem: string };

/**
 * Parses as CommonMark; offsets in the tree are those of `text`, which must not begin with a byte order mark. Emphasis
 * and character references are not looked at: they move no line. Text that would keep the parser busy is refused with
 * the reason (measured: 64 KB of `*a_ ` 31.7 s with emphasis, 16 KB of `1. ` 5 s, of `<?` 3.5 s without the limits).
 */
export function parseMarkdown(text: string): ParsedMarkdown {
  if (text.length > maxParsedChars) return { ok: false, problem: `longer than ${maxParsedChars} characters` };
  const problem = tooTangled(text);
  if (problem !== undefined) return { ok: false, problem };
  const withLinks = count(text, /[[\]]/g) <= maxBrackets;
  const disabled = withLinks ? neverNeeded : [...neverNeeded, ...links];
  return { ok: true, withLinks, tree: fromMarkdown(text, { extensions: [{ disable: { null: disabled } }] }) };
}

function tooTangled(text: string): string | undefined {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.length > maxLines) return `more than ${maxLines} lines`;
  let containers = 0;
  let unclosed = 0;
  for (const line of lines) {
    const here = containersOf(line);
    if (here > maxContainersPerLine)
      return `a line nested deeper than ${maxContainersPerLine} lists or quotes`;
    containers += here;
    unclosed += unclosedHtml(line);
  }
  if (containers > maxContainers) return `more than ${maxContainers} list items and quoted lines`;
  if (unclosed > maxUnclosed) return `more than ${maxUnclosed} unclosed HTML comments`;
  return count(text, /\\`/g) > maxUnclosed ? `more than ${maxUnclosed} escaped backticks` : undefined;
}

function containersOf(line: string): number {
  const prefix = /^(?:[ \t]*(?:[>*+-]|\d{1,9}[.)]))+/.exec(line)?.[0] ?? '';
  return count(prefix, /[>*+\-.)]/g);
}

/** Openers that the parser would follow to the end of the paragraph, over and over. */
function unclosedHtml(line: string): number {
  let found = 0;
  for (const [open, close] of [
    ['<!--', '-->'],
    ['<?', '?>'],
    ['<![CDATA[', ']]>'],
    ['<!', '>'],
  ] as const) {
    const from = line.lastIndexOf(close);
    found += line.slice(from + 1).split(open).length - 1;
  }
  return found;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
