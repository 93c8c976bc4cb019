// The parts of links and images that a page does not show: titles, descriptions, definitions.
import { applyEdits, forwardFinder, type Edit } from './visible-edits.js';

const titleEnds: Readonly<Record<string, string>> = { '"': '"', "'": "'", '(': ')' };

/** `[text](url "title")` loses its title, `![description](url)` its description. Linear. */
export function dropHiddenLinkText(text: string): { text: string; removed: number } {
  if (!/\][([]/.test(text)) return { text, removed: 0 };
  const find = forwardFinder(text);
  const open: { readonly start: number; readonly image: boolean }[] = [];
  const edits: Edit[] = [];
  let from = 0;
  for (const mark of text.matchAll(/\\[^\n]|!?\[|\]/g)) {
    if (mark.index < from) continue;
    if (mark[0].endsWith('[') && !mark[0].startsWith('\\')) {
      open.push({ start: mark.index + mark[0].length, image: mark[0] === '![' });
    } else if (mark[0] === ']') {
      const opener = open.pop();
      const next = text.charAt(mark.index + 1);
      if (opener === undefined || (next !== '(' && next !== '[')) continue;
      if (opener.image) edits.push({ start: opener.start, end: mark.index, text: '' });
      const title = next === '(' ? titleAt(text, mark.index + 2, find) : undefined;
      if (title === undefined) continue;
      edits.push(title);
      from = title.end;
    }
  }
  // An image around others began before them: then the inner edits lie inside its own.
  edits.sort((a, b) => a.start - b.start);
  return { text: applyEdits(text, edits), removed: lengthOf(edits) };
}

/** For text whose definitions the parser did not find: those on a line of their own, with a title on it or the next. */
export function dropLooseDefinitions(text: string): { text: string; removed: number } {
  const used = new Set<string>();
  for (const label of text.matchAll(/\[([^[\]\n]{1,200})\](?!:)/g)) used.add((label[1] ?? '').toLowerCase());
  let removed = 0;
  const kept = text.replace(
    /^( {0,3}\[(?!\^)([^[\]\n]{1,999})\]:[ \t]{0,20}\S+)([ \t]+(?:"[^"\n]*"|'[^'\n]*'|\([^)\n]*\))|\n[ \t]*(?:"[^"\n]*"|'[^'\n]*'|\([^)\n]*\)))?[ \t]*$/gm,
    (match: string, definition: string, label: string) => {
      const shown = used.has(label.toLowerCase()) ? definition : '';
      removed += match.length - shown.length;
      return shown;
    },
  );
  return { text: kept, removed };
}

/** From the end of the address to the closing bracket. */
function titleAt(
  text: string,
  start: number,
  find: (wanted: string, from: number) => number,
): Edit | undefined {
  const address =
    /^\s{0,20}(?:<[^<>\n]{0,2000}>|(?:[^\s<>()]|\([^\s<>()]{0,200}\)){0,2000})/.exec(
      text.slice(start, start + 2100),
    )?.[0] ?? '';
  const afterAddress = start + address.length;
  const quote = skipSpace(text, afterAddress);
  const ending = titleEnds[text.charAt(quote)];
  if (ending === undefined || quote === afterAddress) return undefined;
  const close = find(ending, quote + 1);
  if (close === -1) return undefined;
  const end = skipSpace(text, close + 1);
  return text.charAt(end) === ')' ? { start: afterAddress, end, text: '' } : undefined;
}

function skipSpace(text: string, from: number): number {
  let index = from;
  while (/\s/.test(text.charAt(index))) index += 1;
  return index;
}

function lengthOf(edits: readonly Edit[]): number {
  let from = 0;
  let sum = 0;
  for (const { start, end } of edits) {
    if (start < from) continue;
    sum += end - start;
    from = end;
  }
  return sum;
}
