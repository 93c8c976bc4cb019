// Where a Markdown body may be cut, and what is open there.
import { codeSpansOf, withoutCodeSpans } from './code-spans.js';
import { wholeEnd } from './lines.js';

export interface CutPoint {
  /** The body is kept up to here (UTF-16 units). */
  readonly end: number;
  /** What closes the open fence, or ''. */
  readonly fence: string;
  /** How many `<details>` are open. */
  readonly details: number;
}

// A cut at a line's end may lose this much; then a place inside the line is looked for.
const maxLostChars = 400;

/** The last place where what is kept and what closes it take at most `room` UTF-16 units; undefined where there is none. Linear. */
export function scanBody(markdown: string, room: number): CutPoint | undefined {
  let state: CutPoint = { end: 0, fence: '', details: 0 };
  let best: CutPoint | undefined;
  let start = 0;
  let comment = false;
  while (start < markdown.length && start <= room) {
    const newline = markdown.indexOf('\n', start);
    const end = newline === -1 ? markdown.length : newline;
    const line = markdown.slice(start, end);
    if (!comment && room - (best?.end ?? 0) > maxLostChars && end + closingLength(state) > room) {
      return insideLine(line, start, state, room) ?? best;
    }
    const wasFenced = state.fence !== '';
    const fence = fenceAfter(line, state.fence);
    let { details } = state;
    if (!wasFenced && fence === '') {
      const plain = withoutCodeSpans(line);
      comment = commentAfter(plain, comment);
      details = detailsAfter(plain, details);
    }
    state = { end, fence, details };
    if (!comment && end + closingLength(state) <= room) best = state;
    start = end + 1;
  }
  return best;
}

function closingLength(point: CutPoint): number {
  return (point.fence === '' ? 0 : point.fence.length + 1) + point.details * '\n\n</details>'.length;
}

/** A place within a long line: anywhere in code, else after a space that is in no code span and no tag. */
function insideLine(line: string, start: number, state: CutPoint, room: number): CutPoint | undefined {
  const most = room - closingLength(state) - start;
  if (most <= 0) return undefined;
  if (state.fence !== '') return { ...state, end: start + wholeEnd(line, most) };
  if (fenceAfter(line, '') !== '' || /^\s*</.test(line)) return undefined;
  const place = lastSafePlace(line, most);
  return place === 0 ? undefined : { ...state, end: start + place };
}

/** The last space up to `most` that is in no code span and before any tag. */
function lastSafePlace(line: string, most: number): number {
  const spans = codeSpansOf(line);
  const tag = withoutCodeSpans(line).indexOf('<');
  let place = Math.min(most, tag === -1 ? most : tag);
  for (const [start, end] of spans) {
    if (start < place && place < end) place = start;
  }
  const space = line.lastIndexOf(' ', place);
  const within = spans.find(([start, end]) => start < space && space < end);
  return Math.max(0, within === undefined ? space : within[0]);
}

function fenceAfter(line: string, open: string): string {
  const marks = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(line);
  if (marks === null) return open;
  const found = marks[1] ?? '';
  if (open === '') return found;
  const closes = found.startsWith(open) && (marks[2] ?? '').trim() === '';
  return closes ? '' : open;
}

function commentAfter(line: string, open: boolean): boolean {
  return line.lastIndexOf('<!--') > line.lastIndexOf('-->') || (open && !line.includes('-->'));
}

function detailsAfter(line: string, open: number): number {
  const opened = line.match(/<details\b/gi)?.length ?? 0;
  const closed = line.match(/<\/details\s*>/gi)?.length ?? 0;
  return Math.max(0, open + opened - closed);
}
