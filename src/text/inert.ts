// Text by an agent or a stranger as Markdown that shows it and cannot act: no mention, command, keyword, HTML, picture or hidden link.
import { fence } from './fence.js';
import { inertBlocks } from './inert-blocks.js';
import { inertInline, type InlineContext } from './inert-inline.js';
import { breakReferences } from './inert-refs.js';
import { dropInvisible } from './invisible.js';
import { normalizeLineEnds, singleLine, sliceWhole } from './lines.js';

export interface InertOptions {
  /** The command word, so that no line begins with it. */
  readonly word: string;
}

// Deeper quotes are shown with their marks escaped.
const maxQuoteDepth = 8;

/**
 * Linear in the text. Emphasis, lists, headings, quotes and tables stay; code is put into new fences and code spans;
 * everything a forge would act on is escaped or broken by a zero-width space. A text of one line stays one line.
 * The result closes all it opens; put a blank line before and after it. Made from itself it may be escaped twice.
 */
export function inert(text: string, options: InertOptions): string {
  const clean = dropInvisible(normalizeLineEnds(text)).text;
  const context: InlineContext = { word: options.word, inTable: false, refs: { lastWord: '' } };
  if (!clean.trim().includes('\n')) return inertInline(clean.trim(), context);
  return inertLines(clean.split('\n'), context, 0).join('\n');
}

/** The beginning of a text, inert, as a block quote; cut before it is made inert, so that nothing stays open. */
export function inertQuote(
  text: string,
  options: InertOptions & { maxLines: number; maxChars: number },
): string {
  const lines = normalizeLineEnds(text.trim())
    .split('\n')
    .filter((line) => line.trim() !== '');
  const few = sliceWhole(lines.slice(0, options.maxLines).join('\n'), options.maxChars);
  if (few === '') return '';
  const more = few.length < lines.join('\n').length ? ['', '…'] : [];
  return [...inert(few, options).split('\n'), ...more].map((line) => `> ${line}`.trimEnd()).join('\n');
}

/** One line of plain text for a title: invisible characters gone, mentions and references broken, at most `maxChars`. */
export function inertLine(text: string, maxChars: number): string {
  return singleLine(text, maxChars) === ''
    ? ''
    : shorten(breakReferences(singleLine(text, maxChars)), maxChars);
}

function inertLines(lines: readonly string[], context: InlineContext, depth: number): string[] {
  const out: string[] = [];
  for (const block of inertBlocks(lines, depth < maxQuoteDepth)) {
    if (block.kind === 'line') {
      out.push(inertInline(block.text, { ...context, inTable: block.inTable }));
    } else if (block.kind === 'quote') {
      out.push(...inertLines(block.lines, context, depth + 1).map((line) => `> ${line}`.trimEnd()));
    } else {
      if (out.length > 0 && out.at(-1) !== '') out.push('');
      out.push(...fence(block.code, block.lang).split('\n'), '');
    }
  }
  return out;
}

function shorten(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${sliceWhole(text, Math.max(0, maxChars - 1)).trimEnd()}…`;
}
