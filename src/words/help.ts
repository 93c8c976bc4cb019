// The table of verbs: for `help`, and for docs/commands.md.
import type { Result } from '../domain/result.js';
import type { Medium } from './medium.js';

/** What help says of a verb. */
export type HelpRow = Extract<Result, { kind: 'help' }>['verbs'][number];

export function renderHelp(verbs: readonly HelpRow[], medium: Medium): string {
  const rows = verbs.map((verb) => [
    medium.command(verb.name, usageOf(verb)),
    verb.summary,
    whoMay(verb.audience),
  ]);
  return medium.table(['command', 'what it does', 'who may'], rows);
}

/** What follows the name: `[--agent AGENT] [--draft] [message]` */
function usageOf(verb: HelpRow): string {
  const flags = verb.flags.map((flag) =>
    flag.value === undefined ? `[--${flag.name}]` : `[--${flag.name} ${flag.value}]`,
  );
  return [...flags, verb.usage].filter((part) => part !== '').join(' ');
}

function whoMay(audience: HelpRow['audience']): string {
  switch (audience) {
    case 'reader':
      return 'readers of a private repository; on a public one those who may start work';
    case 'trigger':
      return 'those who may start work (write permission by default)';
    case 'admin':
      return 'administrators';
  }
}
