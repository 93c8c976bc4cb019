// A reply: the news first, then the command that it answers. Pure.
import type { Foreign } from '../text/foreign.js';

export interface ReplyFacts {
  /** Markdown of ours. */
  readonly body: string;
  /** The command as it was typed; '' where no single one is answered. */
  readonly answers: string;
  readonly foreign: Foreign;
}

const MOST_CHARS = 120;

export function renderReply({ body, answers, foreign }: ReplyFacts): string {
  const [line = ''] = answers.trim().split(/\r\n?|\n/);
  const shown = foreign.code(line, MOST_CHARS);
  return shown === '' ? body : `${body}\n\nThis answers ${shown}.`;
}
