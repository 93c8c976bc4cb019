// A reaction on a comment: it was read, its work ended well, or not.
import type { OrderOf } from '../domain/order.js';
import { ForgeError } from '../forges/forge.js';
import type { WorkDeps } from '../work/deps.js';
import { forgeAt } from './forge-at.js';

export async function react(deps: WorkDeps, order: OrderOf<'reaction'>): Promise<void> {
  try {
    await forgeAt(deps, order).addReaction(order.subject, order.commentId, order.reaction);
  } catch (error) {
    // The comment is gone by now, or the forge has no reactions there: nothing is lost.
    if (!(error instanceof ForgeError) || error.code !== 'not_found') throw error;
  }
}
