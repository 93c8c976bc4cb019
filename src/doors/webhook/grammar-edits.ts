// What an edit of a comment added: commands that were not there before, however the rest was moved around.
import {
  findCommands,
  type FoundCommand,
  type FoundCommands,
  type GrammarOptions,
} from './comment-grammar.js';
import { dropInvisible } from '../../text/invisible.js';

/**
 * The commands of `body` without those of `previousBody`, each counted as often as it stands there: reordering adds
 * nothing, a copy adds one, a changed message adds that one. Where the old body was too long, none of it had run.
 */
export function newCommands(previousBody: string, body: string, options: GrammarOptions): FoundCommands {
  const after = findCommands(body, options);
  if (after.tooLong) return after;
  const before = findCommands(previousBody, options);
  const left = counted(before.tooLong ? [] : before.commands);
  const commands = after.commands.filter((command) => {
    const known = left.get(keyOf(command)) ?? 0;
    left.set(keyOf(command), known - 1);
    return known <= 0;
  });
  return { tooLong: false, commands };
}

function counted(commands: readonly FoundCommand[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const command of commands) counts.set(keyOf(command), (counts.get(keyOf(command)) ?? 0) + 1);
  return counts;
}

/**
 * Of what an edit by somebody else than the author added, the commands that the editor wrote whole. Nothing of one may
 * have stood in the old text, also not elsewhere, quoted, in a fence, on other lines or with other white space; lines
 * without a letter or digit say nothing and belong to nobody.
 */
export function commandsOfEditor(previousBody: string, body: string, options: GrammarOptions): FoundCommands {
  const added = newCommands(previousBody, body, options);
  if (added.tooLong) return added;
  const before = compact(previousBody);
  return { tooLong: false, commands: added.commands.filter((command) => isWrittenAnew(command, before)) };
}

function isWrittenAnew(command: FoundCommand, before: string): boolean {
  const lines = command.source.split(/[\r\n\u2028\u2029]+/).map((line) => compact(line));
  return lines.every((line) => !/[\p{L}\p{N}]/u.test(line) || !before.includes(line));
}

/** Text as far as it tells who wrote it: no white space, nothing invisible, no letter case, no marks of a quote. */
function compact(text: string): string {
  const unquoted = text.replace(/^(?:[ \t]*>)+/gm, '');
  return dropInvisible(unquoted).text.replace(/\s+/g, '').toLowerCase();
}

/** White space at line ends and between the verb and the message is no difference. */
function keyOf({ verb, rest }: FoundCommand): string {
  const lines = rest.split('\n').map((line) => line.trimEnd());
  return `${verb}\n${lines.join('\n').trim()}`;
}
