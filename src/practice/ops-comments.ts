// Comments and reactions.
import { demand, demandWritable } from './core.js';
import type { Core } from './core.js';
import { allows, accessOf, findIssue, nextId, nowIso, Refusal } from './state.js';
import { touch } from './timeline.js';
import type { Account, Comment, InlinePlace, Issue, Reaction, Repo } from './types.js';

export function createComment(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  issue: Issue,
  body: string,
): Comment {
  const by = demand(core, repo, actor, 'read');
  demandWritable(core, repo);
  if (body === '') throw new Refusal('empty', '[Body]: Required');
  if (issue.locked && !allows(accessOf(core.state, repo, by), 'write'))
    throw new Refusal('forbidden', 'issue is locked');
  const comment = addComment(core, issue, by, body, undefined);
  core.emit({ type: 'comment.created', repo, actor: by, issue, comment });
  return comment;
}

/** Puts it into the memory; says nothing. */
export function addComment(
  core: Core,
  issue: Issue,
  author: Account,
  body: string,
  inline: InlinePlace | undefined,
): Comment {
  const now = nowIso();
  const comment: Comment = {
    id: nextId(core.state, 'comment'),
    repoId: issue.repoId,
    number: issue.number,
    authorId: author.id,
    body,
    createdAt: now,
    updatedAt: now,
    inline,
  };
  core.state.comments.set(comment.id, comment);
  touch(issue);
  return comment;
}

/** By its author or someone who may write; saving the same text is no event. */
export function editComment(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  comment: Comment,
  body: string,
): void {
  const by = mayChange(core, repo, actor, comment);
  if (body === comment.body) return;
  const previousBody = comment.body;
  const issue = issueOf(core, repo, comment);
  comment.body = body;
  comment.updatedAt = nowIso();
  touch(issue);
  core.emit({ type: 'comment.edited', repo, actor: by, issue, comment, previousBody });
}

export function deleteComment(core: Core, repo: Repo, actor: Account | undefined, comment: Comment): void {
  const by = mayChange(core, repo, actor, comment);
  const issue = issueOf(core, repo, comment);
  core.state.comments.delete(comment.id);
  touch(issue);
  core.emit({ type: 'comment.deleted', repo, actor: by, issue, comment });
}

function mayChange(core: Core, repo: Repo, actor: Account | undefined, comment: Comment): Account {
  const by = demand(core, repo, actor, 'read');
  demandWritable(core, repo);
  if (comment.authorId !== by.id && !allows(accessOf(core.state, repo, by), 'write')) {
    throw new Refusal('forbidden', 'user should have permission to edit the comment');
  }
  return by;
}

function issueOf(core: Core, repo: Repo, comment: Comment): Issue {
  const issue = findIssue(core.state, repo, comment.number);
  if (issue === undefined) throw new Refusal('not_found', 'not found');
  return issue;
}

export const REACTIONS = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'];

export function reactionTarget(on: { comment: Comment } | { issue: Issue }): string {
  return 'comment' in on ? `comment:${on.comment.id}` : `issue:${on.issue.id}`;
}

/** `existed`: this account had put the same one there before. No event, as at the real forges. */
export function addReaction(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  target: string,
  content: string,
): { reaction: Reaction; existed: boolean } {
  const by = demand(core, repo, actor, 'read');
  demandWritable(core, repo);
  if (!REACTIONS.includes(content)) throw new Refusal('forbidden', `'${content}' is not an allowed reaction`);
  const there = core.state.reactions.find(
    (r) => r.target === target && r.actorId === by.id && r.content === content,
  );
  if (there !== undefined) return { reaction: there, existed: true };
  const reaction = { id: nextId(core.state, 'reaction'), target, actorId: by.id, content, at: nowIso() };
  core.state.reactions.push(reaction);
  return { reaction, existed: false };
}

/** Taking off what is not there is fine. */
export function removeReaction(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  target: string,
  content: string,
): void {
  const by = demand(core, repo, actor, 'read');
  const at = core.state.reactions.findIndex(
    (r) => r.target === target && r.actorId === by.id && r.content === content,
  );
  if (at >= 0) core.state.reactions.splice(at, 1);
}

export function reactionsOn(core: Core, target: string): Reaction[] {
  return core.state.reactions.filter((reaction) => reaction.target === target);
}
