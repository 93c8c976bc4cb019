// How the same words are written for the places where people read them. Pure.
import { codeSpan } from '../text/fence.js';
import { singleLine } from '../text/lines.js';

export interface Medium {
  /** Something to be read as it is: a name, a commit, a line that somebody else wrote. */
  code(text: string): string;
  strong(text: string): string;
  /** What to type: `/kugetsu continue`, `kugetsu continue work:acme/api#14`. @param rest what follows the verb */
  command(verb: string, rest?: string): string;
  /** A pull request of the same repository. */
  number(of: number): string;
  /** Another subject, given as `FORGE:OWNER/NAME#14`: on a page of the repository its number says enough. */
  subject(shown: string): string;
  table(head: readonly string[], rows: readonly (readonly string[])[]): string;
  /** A line of a list. */
  item(text: string): string;
}

/** For comments: what is quoted cannot act. @param word of the config, `/kugetsu` */
export function markdown(word: string): Medium {
  return {
    code: codeSpan,
    strong: (text) => `**${text}**`,
    command: (verb, rest) => codeSpan([word, verb, rest ?? ''].join(' ').trim()),
    number: (of) => `#${of}`,
    subject: (shown) => shown.slice(shown.indexOf('#')),
    table: (head, rows) => [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n'),
    item: (text) => `- ${text}`,
  };
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** For terminals and for programs that show one line. @param subject what the commands are about, `work:acme/api#14` */
export function plain(subject: string): Medium {
  return {
    code: (text) => singleLine(text, Number.MAX_SAFE_INTEGER),
    strong: (text) => text,
    command: (verb, rest) =>
      `\`${['kugetsu', verb, subject, rest ?? ''].filter((part) => part !== '').join(' ')}\``,
    number: (of) => `#${of}`,
    subject: (shown) => shown,
    table: (_head, rows) => rows.map((cells) => cells.join('\n    ')).join('\n'),
    item: (text) => `- ${text}`,
  };
}

/** For programs that ask over HTTP: what can be asked next is a request. */
export function requests(): Medium {
  return {
    ...plain(''),
    command: (verb, rest = '') =>
      `\`POST /api/v1/verbs/${verb}\`${rest.startsWith('--') ? ` with the flag \`${rest.slice(2)}\`` : ''}`,
  };
}
