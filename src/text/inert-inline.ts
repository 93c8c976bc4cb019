// One line of Markdown text made inert: everything but emphasis, plain addresses and code spans is shown, not done.
import { codeSpan } from './fence.js';
import { breakMention, breakReference, gap, isQuietAddress, referenceMark } from './inert-refs.js';
import { escapePipes } from './pipes.js';

export interface InlineContext {
  readonly word: string;
  /** A table's cells are split before code is read: pipes in code must be escaped there. */
  readonly inTable: boolean;
  /** The last word so far, over all lines, for closing keywords that stand before their reference. */
  readonly refs: { lastWord: string };
}

const word = /[A-Za-z0-9]+/y;
const address = /(?:https?:\/\/|www\.)[^\s<>()[\]`"'|\\]+/iy;
const link =
  /(!?)\[([^[\]`\n]{0,500})\]\(<?([^()\s<>`]{0,2000})>?(?:\s{1,20}(?:"[^"\n]{0,500}"|'[^'\n]{0,500}'))?\s{0,20}\)/y;
const backticks = /`+/y;
const tildes = /~{3,}/y;
const punctuation = /[!-/:-@[-`{-~]/;

/** Linear in the line. `context.refs` is carried on to the next line. */
export function inertInline(line: string, context: InlineContext): string {
  const { lead, rest } = leadOf(line, context.word);
  const closers = closersOf(rest);
  let out = lead;
  let index = 0;
  while (index < rest.length) {
    const [text, end] = next(rest, index, context, closers);
    out += text;
    index = end;
  }
  return out;
}

/** What stands at the beginning and stays (indent, list markers, a task's box), and the rest with a command broken. */
function leadOf(line: string, commandWord: string): { lead: string; rest: string } {
  // `#` only as a heading: `#12` may be what an earlier line's keyword closes.
  const task = /^\s*(?:[-*+]|\d{1,9}[.)])\s+\[[ xX]\](?=\s)/.exec(line)?.[0] ?? '';
  const marks = /^(?:[\s\-*+>_]|#{1,6}(?=\s)|\d{1,9}[.)])*/.exec(line.slice(task.length))?.[0] ?? '';
  const lead = task + marks;
  const rest = line.slice(task.length + marks.length);
  if (/^\/[A-Za-z]/.test(rest)) return { lead: `${lead}\\/`, rest: rest.slice(1) };
  if (commandWord === '' || !rest.toLowerCase().startsWith(commandWord.toLowerCase())) return { lead, rest };
  return { lead: `${lead}${gap}`, rest };
}

function next(
  text: string,
  index: number,
  context: InlineContext,
  closers: Closers,
): [text: string, end: number] {
  const previous = text.charAt(index - 1);
  const char = text.charAt(index);
  if (char === '\\') return escaped(text, index, context);
  if (char === '`') return codeAt(text, index, context, closers);
  const url = withoutEndMarks(matchAt(address, text, index)?.[0] ?? '');
  if (url !== '') return [addressText(url, context), index + url.length];
  const linked = char === '[' || char === '!' ? matchAt(link, text, index) : null;
  // The brackets go: what stood before them would touch the text (`@[user](…)`).
  const joint = /[@#!/-]/.test(previous) ? gap : '';
  if (linked) return [joint + linkText(linked, context), index + linked[0].length];
  const mark = /[A-Za-z0-9]/.test(previous) && /[Gg]/.test(char) ? null : matchAt(referenceMark, text, index);
  if (mark) return [breakReference(mark[0], previous, context.refs.lastWord), index + mark[0].length];
  const name = matchAt(word, text, index)?.[0];
  if (name !== undefined) {
    context.refs.lastWord = name;
    return [name, index + name.length];
  }
  const run = matchAt(tildes, text, index)?.[0];
  if (run !== undefined) return [run.replaceAll('~', '\\~'), index + run.length];
  return [literal(char, previous, text.slice(index + 1, index + 64)), index + 1];
}

/** A backslash and what it escapes are one: else an escape added here could undo one that was there. */
function escaped(text: string, index: number, context: InlineContext): [string, number] {
  const char = text.charAt(index + 1);
  if (char === '') return ['\\', index + 1];
  if (!punctuation.test(char)) return ['\\\\', index + 1];
  const after = text.slice(index + 2, index + 66);
  if ((char === '#' || char === '!') && /^\d/.test(after)) {
    return [`\\${breakReference(char, text.charAt(index - 1), context.refs.lastWord)}`, index + 2];
  }
  const shown = literal(char, '', after);
  return [shown === char && char !== '@' ? `\\${char}` : shown, index + 2];
}

/** One character that begins nothing this file lets through. */
function literal(char: string, previous: string, after: string): string {
  switch (char) {
    case '<':
      return '&lt;';
    case '&':
      return /^(?:#|[A-Za-z][A-Za-z0-9]{0,60};)/.test(after) ? '&amp;' : '&';
    case '`':
      return '&#96;';
    case '[':
      return after.startsWith('[') || after.startsWith('\\[') ? `\\[${gap}` : '\\[';
    case ']':
      return '\\]';
    case '@':
      return /^\S/.test(after) ? breakMention(previous) : '@';
    case '$':
      return after.startsWith('`') ? `$${gap}` : '$';
    default:
      return char;
  }
}

function linkText(found: RegExpExecArray, context: InlineContext): string {
  const text = (found[2] ?? '').trim();
  const url = found[3] ?? '';
  const shown = text === url ? '' : inertInline(text, { ...context, word: '' });
  if (url === '') return shown;
  const target = found[1] === '!' ? code(url, context) : addressText(url, context);
  return shown === '' ? target : `${shown} (${target})`;
}

function addressText(url: string, context: InlineContext): string {
  // `…/close #12`: the end of an address counts as the word before a reference.
  context.refs.lastWord = /[A-Za-z0-9]+$/.exec(url)?.[0] ?? context.refs.lastWord;
  return isQuietAddress(url) ? url : code(url, context);
}

function withoutEndMarks(url: string): string {
  let end = url.length;
  while ('.,;:!?*_~'.includes(url.charAt(end - 1)) && end > 0) end -= 1;
  return url.slice(0, end);
}

type Closers = Map<number, number[]>;

/** Where each run of backticks stands, by its length, last one first. */
function closersOf(text: string): Closers {
  const closers: Closers = new Map();
  for (const run of [...text.matchAll(/`+/g)].reverse()) {
    const known = closers.get(run[0].length);
    if (known === undefined) closers.set(run[0].length, [run.index]);
    else known.push(run.index);
  }
  return closers;
}

function codeAt(text: string, index: number, context: InlineContext, closers: Closers): [string, number] {
  const length = matchAt(backticks, text, index)?.[0].length ?? 1;
  const ends = closers.get(length) ?? [];
  while ((ends.at(-1) ?? Infinity) <= index) ends.pop();
  const end = ends.at(-1);
  const shown = end === undefined ? '' : code(text.slice(index + length, end), context);
  if (end === undefined || shown === '') return ['&#96;'.repeat(length), index + length];
  return [shown, end + length];
}

function code(text: string, context: InlineContext): string {
  return context.inTable ? escapePipes(codeSpan(text)) : codeSpan(text);
}

function matchAt(pattern: RegExp, text: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index;
  return pattern.exec(text);
}
