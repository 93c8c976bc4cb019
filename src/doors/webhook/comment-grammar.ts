// Commands in a comment: lines of ordinary text that begin with the command word, found with a real Markdown parser.
import { parseMarkdown, type ParsedMarkdown } from '../../text/markdown.js';
import { normalizeLineEnds } from '../../text/lines.js';
import { quotingRanges, type Range } from './grammar-html.js';

export interface GrammarOptions {
  /** What a command begins with, e.g. `/kugetsu`; letter case does not matter, and one `:` or `,` may stand behind it. */
  readonly word: string;
}

export interface FoundCommand {
  /** In lower case; `help` where the word stands alone. Not checked against the table of verbs. */
  readonly verb: string;
  /** Options and message: the rest of the line and the raw text that follows, with LF line ends, trimmed at its end. */
  readonly rest: string;
  /** Counted from 1. */
  readonly line: number;
  /** The command as it was written, line ends too, trimmed. */
  readonly source: string;
}

export type FoundCommands =
  | {
      readonly tooLong: true;
      /** What is too much, e.g. `longer than 16384 characters`. */ readonly problem: string;
    }
  | { readonly tooLong: false; readonly commands: readonly FoundCommand[] };

interface Candidate {
  /** Offset of the word, and of what follows it. */
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

type Tree = Extract<ParsedMarkdown, { ok: true }>['tree'];

/** Whether a line begins with the word, whatever it is in Markdown. Linear; asked before anything is parsed. */
export function mayHoldCommand(body: string, word: string): boolean {
  return candidates(withoutBom(body), word).length > 0;
}

/**
 * The commands of a comment, in order. A command is a line (indented by at most three spaces) of a paragraph or heading
 * that is in no list, quote, code, link or HTML; its text goes on until the next command or the end.
 */
export function findCommands(body: string, { word }: GrammarOptions): FoundCommands {
  const text = withoutBom(body);
  const found = candidates(text, word);
  if (found.length === 0) return { tooLong: false, commands: [] };
  const parsed = parseMarkdown(text);
  if (!parsed.ok) return { tooLong: true, problem: parsed.problem };
  const silent = [...silentRanges(parsed.tree), ...quotingRanges(parsed.tree)];
  if (!parsed.withLinks) silent.push(...maybeLinks(text, parsed.tree));
  const spoken = spokenRanges(parsed.tree);
  const live = found.filter(({ start }) => within(spoken, start) && !within(silent, start));
  const commands = live.map((candidate, index) =>
    read(text, candidate, live[index + 1]?.start ?? text.length),
  );
  return { tooLong: false, commands };
}

function withoutBom(body: string): string {
  return body.startsWith('\ufeff') ? body.slice(1) : body;
}

function candidates(text: string, word: string): Candidate[] {
  if (word === '') return [];
  const wanted = word.toLowerCase();
  const found: Candidate[] = [];
  let line = 0;
  for (const match of text.matchAll(
    /(?<=^|\r\n|\r(?!\n)|\n)( {0,3})([^\r\n]{0,200})[^\r\n]*(?:\r\n|\r|\n|$)/g,
  )) {
    line += 1;
    const start = match.index + (match[1] ?? '').length;
    const beginning = match[2] ?? '';
    const mark = /^[:,]/.test(beginning.slice(word.length)) ? 1 : 0;
    const end = word.length + mark;
    const after = beginning.slice(end, end + 1);
    if (beginning.slice(0, word.length).toLowerCase() === wanted && (after === '' || /\s/.test(after))) {
      found.push({ start, end: start + end, line });
    }
  }
  return found;
}

function read(text: string, candidate: Candidate, end: number): FoundCommand {
  const after = normalizeLineEnds(text.slice(candidate.end, end));
  const verb = /^[^\S\n]*(\S*)/.exec(after);
  const name = verb?.[1] ?? '';
  return {
    verb: name === '' ? 'help' : name.toLowerCase(),
    rest: after
      .slice((verb?.[0] ?? '').length)
      .replace(/^[^\S\n]+/, '')
      .trimEnd(),
    line: candidate.line,
    source: text.slice(candidate.start, end).trim(),
  };
}

/** Paragraphs and headings that stand in nothing. */
function spokenRanges(tree: Tree): Range[] {
  return tree.children.flatMap((node) =>
    node.type === 'paragraph' || node.type === 'heading' ? rangeOf(node) : [],
  );
}

/** Everything inside those that is not plain text: code, HTML, links and images. */
function silentRanges(tree: Tree): Range[] {
  return tree.children.flatMap((block) => {
    if (block.type !== 'paragraph' && block.type !== 'heading') return [];
    return block.children.flatMap((node) =>
      node.type === 'text' || node.type === 'break' ? [] : rangeOf(node),
    );
  });
}

/** Where links were not parsed, whatever stands between the first `[` and the last `]` of a paragraph could be one. */
function maybeLinks(text: string, tree: Tree): Range[] {
  return spokenRanges(tree).flatMap(([start, end]) => {
    const open = text.indexOf('[', start);
    const close = text.lastIndexOf(']', end);
    return open !== -1 && open < close ? [[open, close] as const] : [];
  });
}

function rangeOf(node: Tree['children'][number]): Range[] {
  const start = node.position?.start.offset;
  const end = node.position?.end.offset;
  return start === undefined || end === undefined ? [] : [[start, end]];
}

function within(ranges: readonly Range[], offset: number): boolean {
  return ranges.some(([start, end]) => start <= offset && offset < end);
}
