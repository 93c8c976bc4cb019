// The moment at which something was asked: what an agent is told ends there. Pure.
import type { Comment, Issue, PullRequest } from './event.js';

export interface Trigger {
  /** Title and body as the signed delivery told them: what is read later may have been changed. */
  readonly issue: Issue;
  /** ISO 8601; forges have whole seconds. */
  readonly at: string;
  /** The newest comment that belongs to it: of the same second those with a larger id are later. Undefined: all are. */
  readonly lastId: string | undefined;
  /** The comment that asked, as the delivery told it. */
  readonly comment?: Comment;
  /** The reviews that asked: they belong to it whatever their time. */
  readonly reviews?: readonly string[];
}

export interface Dated {
  /** In the sequence of comments; undefined where the forge has none for it, then the second alone decides. */
  readonly id: string | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Whether it came, or was edited, after the trigger. */
export function isAfter(item: Dated, trigger: Pick<Trigger, 'at' | 'lastId'>): boolean {
  const at = Date.parse(trigger.at);
  const changed = Date.parse(item.updatedAt);
  if (changed !== at) return !(changed < at);
  // Edited in the very second: nothing tells before from after.
  if (Date.parse(item.createdAt) < at) return true;
  if (item.id === undefined) return false;
  return trigger.lastId === undefined || Number(item.id) > Number(trigger.lastId);
}

/** A pull request as the subject that it is too. */
export function issueOfPull(pull: PullRequest): Issue {
  const { subject, title, body, author, url, updatedAt } = pull;
  const state = pull.state === 'open' ? 'open' : 'closed';
  return { subject, isPull: true, title, body, state, author, url, updatedAt };
}
