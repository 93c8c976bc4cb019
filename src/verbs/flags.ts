// Options and message of a command: options first, `--` ends them, the message stays as it was written.
import { codeSpan } from '../text/fence.js';
import { suggest } from '../support/suggest.js';

export interface Flag {
  readonly name: string;
  /** What the value is called in help, e.g. `NAME`; without it the flag is a switch. */
  readonly value?: string;
}

export type ParsedArguments =
  | { readonly ok: true; readonly flags: Readonly<Record<string, string | true>>; readonly message: string }
  /** `problem` is a sentence in inert Markdown, with the suggestion in it; `suggestion` is the flag that may have been meant. */
  | { readonly ok: false; readonly problem: string; readonly suggestion?: string };

const token = /^[^\S\n]*(\S+)/;

/**
 * Only the flags of the table are known, only on the command's own line and before the message; quotes mean nothing.
 * `--name value` and `--name=value` are the same. The message is raw, trimmed.
 */
export function parseArguments(rest: string, flags: readonly Flag[]): ParsedArguments {
  // No prototype: a flag is found by its own name only, whatever the table holds.
  const found: Record<string, string | true> = Object.create(null) as Record<string, string | true>;
  let left = rest;
  for (;;) {
    const next = token.exec(left);
    const word = next?.[1] ?? '';
    if (next === null || !word.startsWith('--')) return { ok: true, flags: found, message: left.trim() };
    left = left.slice(next[0].length);
    if (word === '--') return { ok: true, flags: found, message: left.trim() };
    const read = readFlag(word, left, flags);
    if (!read.ok) return read;
    if (found[read.name] !== undefined) return problem(`${codeSpan(`--${read.name}`)} is given twice.`);
    found[read.name] = read.value;
    left = left.slice(read.taken);
  }
}

type ReadFlag =
  | { readonly ok: true; readonly name: string; readonly value: string | true; readonly taken: number }
  | Extract<ParsedArguments, { ok: false }>;

function readFlag(word: string, after: string, flags: readonly Flag[]): ReadFlag {
  const equals = word.indexOf('=');
  const given = equals === -1 ? word : word.slice(0, equals);
  const flag = flags.find(({ name }) => `--${name}` === given.toLowerCase());
  if (flag === undefined) return unknown(given, flags);
  const { name, value } = flag;
  if (value === undefined) {
    return equals === -1
      ? { ok: true, name, value: true, taken: 0 }
      : problem(`${codeSpan(given)} takes no value.`);
  }
  if (equals !== -1) {
    const inline = word.slice(equals + 1);
    return inline === '' ? missing(name, value) : { ok: true, name, value: inline, taken: 0 };
  }
  const next = token.exec(after);
  const text = next?.[1] ?? '';
  if (next === null || text.startsWith('--')) return missing(name, value);
  return { ok: true, name, value: text, taken: next[0].length };
}

function unknown(given: string, flags: readonly Flag[]): ReadFlag {
  const near = suggest(
    given.slice(2),
    flags.map(({ name }) => name),
  );
  const suggestion = near === undefined ? undefined : `--${near}`;
  const known =
    flags.length === 0
      ? 'This command has no options.'
      : `Options are ${flags.map(({ name }) => codeSpan(`--${name}`)).join(', ')}.`;
  const hint =
    suggestion === undefined
      ? `${known} Text that begins with two dashes goes after ${codeSpan('--')}.`
      : `Did you mean ${codeSpan(suggestion)}?`;
  return problem(`There is no option ${codeSpan(given.slice(0, 60))} here. ${hint}`, suggestion);
}

function missing(name: string, value: string): ReadFlag {
  return problem(`${codeSpan(`--${name}`)} needs a value: ${codeSpan(`--${name} ${value}`)}.`);
}

function problem(text: string, suggestion?: string): Extract<ParsedArguments, { ok: false }> {
  return suggestion === undefined ? { ok: false, problem: text } : { ok: false, problem: text, suggestion };
}
