// A reply: one new comment that answers a command.
import type { OrderOf } from '../domain/order.js';
import { sha256 } from '../support/hash.js';
import { renderReply } from '../words/reply.js';
import type { WorkDeps } from '../work/deps.js';
import { ensureComment } from './ensure-comment.js';
import { forgeAt } from './forge-at.js';

export async function sayReply(deps: WorkDeps, order: OrderOf<'reply'>): Promise<void> {
  const { subject, key, body, answers } = order;
  const mark = { kind: 'reply', id: sha256(key).slice(0, 24) } as const;
  const text = renderReply({ body, answers, foreign: deps.foreign });
  await ensureComment(deps, forgeAt(deps, order), subject, mark, text);
}
