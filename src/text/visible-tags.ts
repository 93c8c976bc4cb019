// Tags, comments, instructions and declarations of HTML inside Markdown, found in one pass.
import { forwardFinder } from './visible-edits.js';

export type Tag = {
  readonly start: number;
  readonly end: number;
  /** In lower case; '' where the whole is `invisible`. */
  readonly name: string;
  readonly closing: boolean;
  readonly attributes: string;
  readonly kind: 'tag' | 'invisible';
};

const tagPattern =
  /<(\/?)([A-Za-z][A-Za-z0-9-]{0,60})((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?|\s*\/(?!>))*\s*)\/?>/y;

// What begins with one ends with the other and is never shown.
const invisibleKinds = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
] as const;

/** In order, and none inside another. Linear: every attempt ends at the next quote of its kind or the next `<`. */
export function readTags(text: string): Tag[] {
  const find = forwardFinder(text);
  const tags: Tag[] = [];
  let index = text.indexOf('<');
  while (index !== -1) {
    const tag = invisibleAt(text, index, find) ?? tagAt(text, index);
    if (tag !== undefined) tags.push(tag);
    index = text.indexOf('<', tag?.end ?? index + 1);
  }
  return tags;
}

function invisibleAt(
  text: string,
  start: number,
  find: (wanted: string, from: number) => number,
): Tag | undefined {
  const kind = invisibleKinds.find(([open]) => text.startsWith(open, start));
  if (kind === undefined || (kind[0] === '<!' && !/[A-Za-z]/.test(text.charAt(start + 2)))) return undefined;
  const [open, close] = kind;
  const short = open === '<!--' ? /^<!--(?:-?>)/.exec(text.slice(start, start + 6))?.[0].length : undefined;
  const found = find(close, start + open.length);
  // Left open it hides the rest where it begins a line, and is shown as it stands elsewhere: then only the marks go.
  const rest = beginsLine(text, start) ? text.length : start + open.length;
  const end = short !== undefined ? start + short : found === -1 ? rest : found + close.length;
  return { start, end, name: '', closing: false, attributes: '', kind: 'invisible' };
}

function tagAt(text: string, start: number): Tag | undefined {
  tagPattern.lastIndex = start;
  const found = tagPattern.exec(text);
  if (found === null) return undefined;
  return {
    start,
    end: start + found[0].length,
    name: (found[2] ?? '').toLowerCase(),
    closing: found[1] === '/',
    attributes: found[3] ?? '',
    kind: 'tag',
  };
}

/** After indent and the marks of lists and quotes only. Looks back at most 60 characters. */
function beginsLine(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - 60), index);
  return /(?:^|\n)[ \t>*+\-\d.)]*$/.test(before) && (index <= 60 || before.includes('\n'));
}
