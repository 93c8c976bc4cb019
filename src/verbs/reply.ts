// What is said at the forge of an ask that came from there: the 👀 at once, and the answer where no report tells it.
import { reactionTo, replyTo } from '../domain/order.js';
import type { IssueRef } from '../domain/refs.js';
import type { Result } from '../domain/result.js';
import { placeOrder } from '../store/place-order.js';
import type { Tables } from '../store/store.js';
import { markdown } from '../words/medium.js';
import { resultInWords } from '../words/result.js';
import type { VerbDeps } from './verb.js';

export async function askForEyes(
  tables: Tables,
  subject: IssueRef,
  commentId: string,
  now: number,
): Promise<void> {
  await placeOrder(tables, reactionTo(subject, { commentId, reaction: 'eyes' }), { now });
}

export interface Reply {
  readonly subject: IssueRef;
  /** Names it for good. */
  readonly key: string;
  readonly result: Result;
  /** What was typed; '' where no single command is answered. */
  readonly answers: string;
}

/** Nothing is asked for where the report or the final comment of a task says it. */
export async function askForReply(
  deps: Pick<VerbDeps, 'config'>,
  tables: Tables,
  { subject, key, result, answers }: Reply,
  now: number,
): Promise<void> {
  if (isToldElsewhere(result)) return;
  const body = resultInWords(result, markdown(deps.config().trigger.word), now);
  await placeOrder(tables, replyTo(subject, { key, body, answers }), { now });
}

function isToldElsewhere(result: Result): boolean {
  switch (result.kind) {
    case 'queued':
      return result.how !== 'continues';
    case 'stopped':
    case 'leaving':
      return true;
    case 'bound':
    case 'status':
    case 'queue':
    case 'help':
    case 'nothing':
    case 'refused':
      return false;
  }
}
