// A Markdown body cut to a forge's limit, with everything that was open at the cut closed again.
import { wholeEnd } from './lines.js';
import { scanBody, type CutPoint } from './cut-scan.js';

/**
 * At most `maxChars` UTF-16 units (never fewer than the characters a forge counts). What fits comes back as it is.
 * Otherwise the end goes, at a line's end where one is near, and `… N characters cut` says how much; open fences and
 * `<details>` are closed. A hidden marker on the first line stays. `tail` (a marker, `Closes #14`) is put after the
 * body in a paragraph of its own and always kept whole, unless it alone is longer than `maxChars`.
 */
export function cut(markdown: string, maxChars: number, options: { readonly tail?: string } = {}): string {
  const tail = options.tail === undefined || options.tail === '' ? '' : `\n\n${options.tail}`;
  if (markdown.length + tail.length <= maxChars) return markdown + tail;
  return cutBody(markdown, maxChars - tail.length) + tail.slice(0, Math.max(0, wholeEnd(tail, maxChars)));
}

function cutBody(markdown: string, room: number): string {
  if (markdown.length <= room) return markdown;
  const reserve = note(markdown.length).length;
  const point = scanBody(markdown, room - reserve);
  if (point === undefined) return headOnly(markdown, room);
  const kept = markdown.slice(0, point.end).trimEnd();
  const whole = kept + closersOf(point) + note(markdown.length - kept.length);
  return whole.length <= room ? whole : headOnly(markdown, room);
}

/** Nothing but the marker fits, if even that. */
function headOnly(markdown: string, room: number): string {
  const marker = /^<!--[^\n]*-->/.exec(markdown)?.[0] ?? '';
  return marker.length <= room ? marker : '';
}

function closersOf(point: CutPoint): string {
  const fence = point.fence === '' ? '' : `\n${point.fence}`;
  return fence + '\n\n</details>'.repeat(point.details);
}

function note(chars: number): string {
  return `\n\n… ${chars} characters cut`;
}
