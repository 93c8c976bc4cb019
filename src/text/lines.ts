// Text by lines: one kind of line end, and many lines made one.
import { dropInvisible } from './invisible.js';

const ellipsis = '…';

/** CRLF, lone CR, U+2028 and U+2029 become LF. */
export function normalizeLineEnds(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029]/g, '\n');
}

/** One line of at most `maxChars` UTF-16 units: runs of white space become one space, invisible characters go, the rest is cut with `…`. */
export function singleLine(text: string, maxChars: number): string {
  const line = dropInvisible(normalizeLineEnds(text)).text.replace(/\s+/g, ' ').trim();
  return line.length <= maxChars
    ? line
    : `${sliceWhole(line, Math.max(0, maxChars - 1)).trimEnd()}${maxChars > 0 ? ellipsis : ''}`;
}

/** The first `end` UTF-16 units, one less where that would halve a surrogate pair. */
export function sliceWhole(text: string, end: number): string {
  return text.slice(0, wholeEnd(text, end));
}

/** The same `end`, or one less where it lies inside a surrogate pair. */
export function wholeEnd(text: string, end: number): number {
  const before = text.charCodeAt(end - 1);
  const after = text.charCodeAt(end);
  const halves = before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
  return halves ? end - 1 : end;
}
