// The table of verbs as Markdown: for the help comment and for docs/commands.md.

/** What help says of a verb. */
export interface HelpRow {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly audience: 'reader' | 'trigger' | 'admin';
  readonly flags: readonly { readonly name: string; readonly value?: string }[];
}

export function renderHelp(verbs: readonly HelpRow[], word: string): string {
  const rows = verbs.map(
    (verb) => `| \`${usageLine(verb, word)}\` | ${verb.summary} | ${whoMay(verb.audience)} |`,
  );
  return ['| command | what it does | who may |', '|---|---|---|', ...rows].join('\n');
}

/** `/kugetsu start [--agent AGENT] [--draft] [message]` */
export function usageLine(verb: HelpRow, word: string): string {
  const flags = verb.flags.map((flag) =>
    flag.value === undefined ? `[--${flag.name}]` : `[--${flag.name} ${flag.value}]`,
  );
  return [word, verb.name, ...flags, verb.usage].filter((part) => part !== '').join(' ');
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
