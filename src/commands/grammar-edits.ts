// What an edit of a comment added: commands that were not there before, however the rest was moved around.
import {
  findCommands,
  type FoundCommand,
  type FoundCommands,
  type GrammarOptions,
} from './comment-grammar.js';

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

/** White space at line ends and between the verb and the message is no difference. */
function keyOf({ verb, rest }: FoundCommand): string {
  const lines = rest.split('\n').map((line) => line.trimEnd());
  return `${verb}\n${lines.join('\n').trim()}`;
}
