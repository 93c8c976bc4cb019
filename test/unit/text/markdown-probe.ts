// What a forge would make of a piece of Markdown, for the tests of inert text.
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';

export interface Probe {
  /** Kinds of nodes that may not come out of inert text, as they were found. */
  readonly live: readonly string[];
  /** The text outside of code, as a page shows it; code is one letter in backticks. */
  readonly shown: string;
}

const forbidden = new Set(['html', 'image', 'imageReference', 'link', 'linkReference', 'definition']);

export function probe(markdown: string): Probe {
  const live: string[] = [];
  const shown: string[] = [];
  const visit = (node: Nodes): void => {
    // A forge reads the source: marks of emphasis stand between what a page shows side by side.
    if (node.type === 'emphasis' || node.type === 'strong') shown.push('*');
    if (forbidden.has(node.type)) live.push(node.type);
    if (node.type === 'text') shown.push(node.value);
    if (node.type === 'break') shown.push('\n');
    if (node.type === 'code' || node.type === 'inlineCode') shown.push('`x`');
    if ('children' in node) for (const child of node.children) visit(child);
    if (node.type === 'emphasis' || node.type === 'strong') shown.push('*');
    if (['paragraph', 'heading', 'code', 'listItem'].includes(node.type)) shown.push('\n');
  };
  visit(fromMarkdown(markdown));
  return { live, shown: shown.join('') };
}

/** Cells of a table's row as GitHub splits it: before any code span is read, at every pipe without a backslash. */
export function cellsOf(row: string): string[] {
  const cells = [''];
  for (const part of row.match(/\\[\s\S]|[^\\]|\\$/g) ?? []) {
    if (part === '|') cells.push('');
    else cells.push(`${cells.pop() ?? ''}${part === '\\|' ? '|' : part}`);
  }
  return cells;
}

export const mention = /(?:^|[^A-Za-z0-9])@[A-Za-z0-9_-]/;

/** `GH-3` is a reference only where it stands alone; `owner/repo` goes with `#` and `!`. */
export const closes =
  /(?:^|[^A-Za-z0-9])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)[^A-Za-z0-9\u200b]{1,9}(?:(?:[\w.-]+\/[\w.-]+)?[#!]|gh-)\d/i;
