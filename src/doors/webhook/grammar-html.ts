// HTML elements whose text is quoted, shown as code or a link: what stands in them is no command.
import type { Nodes, Root } from 'mdast';

/** Offsets: the first that belongs to it and the first after it. */
export type Range = readonly [start: number, end: number];

const quoting = new Set([
  'a',
  'blockquote',
  'code',
  'kbd',
  'pre',
  'q',
  'samp',
  'tt',
  'template',
  'textarea',
  'del',
  's',
]);

/** From each opening tag of such an element to its closing one, wherever they stand; an element left open counts for nothing. */
export function quotingRanges(tree: Root): Range[] {
  const open = new Map<string, number[]>();
  const ranges: Range[] = [];
  for (const { name, closing, offset } of tags(tree)) {
    const starts = open.get(name) ?? [];
    if (!closing) {
      open.set(name, [...starts.slice(-99), offset]);
      continue;
    }
    const start = starts.pop();
    if (start !== undefined) ranges.push([start, offset]);
  }
  return ranges;
}

function tags(tree: Root): { name: string; closing: boolean; offset: number }[] {
  return htmlNodes(tree).flatMap(({ value, offset }) =>
    [...value.matchAll(/<(\/?)([a-z]{1,10})(?=[\s>/])/gi)]
      .map((tag) => ({
        name: (tag[2] ?? '').toLowerCase(),
        closing: tag[1] === '/',
        offset: offset + tag.index,
      }))
      .filter(({ name }) => quoting.has(name)),
  );
}

/** In document order, without recursion: nesting is the author's choice. */
function htmlNodes(tree: Root): { value: string; offset: number }[] {
  const found: { value: string; offset: number }[] = [];
  const waiting: Nodes[] = [tree];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (node === undefined) break;
    if (node.type === 'html') found.push({ value: node.value, offset: node.position?.start.offset ?? 0 });
    if ('children' in node) waiting.push(...[...node.children].reverse());
  }
  return found;
}
