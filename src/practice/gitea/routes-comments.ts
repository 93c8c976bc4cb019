// Comments. A missing issue is a 500 with an empty message, an answer in a review thread cannot be read here: both recorded.
import type { Hono } from 'hono';
import { z } from 'zod';
import { demand, demandWritable } from '../core.js';
import type { Core } from '../core.js';
import { createComment, deleteComment, editComment, reactionTarget } from '../ops-comments.js';
import { conversationOf, findIssue, Refusal } from '../state.js';
import type { Comment } from '../types.js';
import { answer, failure, input, issueIn, nothing, numberIn, page, total } from './http.js';
import type { GiteaContext, GiteaEnv } from './http.js';
import { renderComment } from './render.js';
import { reactionRoutes } from './routes-issues.js';

const text = z.object({ body: z.string().default('') });

export function commentRoutes(core: Core, app: Hono<GiteaEnv>): void {
  const of = '/repos/:owner/:repo/issues/:number{[0-9]+}/comments';
  app.get(of, (c) => {
    const comments = between(c, conversationOf(core.state, issueIn(core, c)));
    return answer(
      comments.map((comment) => render(core, c, comment)),
      200,
      total(comments),
    );
  });
  app.post(of, async (c) => {
    const repo = c.get('repo');
    const by = demand(core, repo, c.get('account'), 'read');
    demandWritable(core, repo);
    const { body } = await input(c, text);
    if (body === '') throw new Refusal('empty', '[Body]: Required');
    const issue = findIssue(core.state, repo, numberIn(c, 'number'));
    if (issue === undefined) return failure(core, 500, '');
    return answer(render(core, c, createComment(core, repo, by, issue, body)), 201);
  });
  app.get('/repos/:owner/:repo/issues/comments', (c) => {
    const issues = core.state.issues.filter((issue) => issue.repoId === c.get('repo').id);
    const all = between(
      c,
      issues.flatMap((issue) => conversationOf(core.state, issue)).sort((a, b) => a.id - b.id),
    );
    const { items } = page(core, c, all, { link: false });
    return answer(
      items.map((comment) => render(core, c, comment)),
      200,
      total(all),
    );
  });
  oneComment(core, app, '/repos/:owner/:repo/issues/comments/:id{[0-9]+}');
}

function oneComment(core: Core, app: Hono<GiteaEnv>, at: string): void {
  app.get(at, (c) => {
    if (isReviewText(core, numberIn(c, 'id'))) return nothing();
    const comment = commentIn(core, c);
    return comment.inline === undefined ? answer(render(core, c, comment)) : nothing();
  });
  app.patch(at, async (c) => {
    const comment = commentIn(core, c);
    const { body } = await input(c, text);
    if (body === '') throw new Refusal('empty', '[Body]: Required');
    if (comment.inline !== undefined) return nothing();
    editComment(core, c.get('repo'), c.get('account'), comment, body);
    return answer(render(core, c, comment));
  });
  app.delete(at, (c) => {
    deleteComment(core, c.get('repo'), c.get('account'), commentIn(core, c));
    return nothing();
  });
  reactionRoutes(core, app, `${at}/reactions`, (c) => reactionTarget({ comment: commentIn(core, c) }));
}

/** A review's own text has an id among the comments, but cannot be read as one. */
function isReviewText(core: Core, id: number): boolean {
  return [...core.state.reviews.values()].some((review) => review.anchorId === id);
}

function commentIn(core: Core, c: GiteaContext): Comment {
  const comment = core.state.comments.get(numberIn(c, 'id'));
  if (comment === undefined || comment.repoId !== c.get('repo').id)
    throw new Refusal('not_found', 'not found');
  return comment;
}

/** Only `since` and `before` cut this list: it has no pages. */
function between(c: GiteaContext, comments: readonly Comment[]): Comment[] {
  const since = Date.parse(c.req.query('since') ?? '') || 0;
  const before = Date.parse(c.req.query('before') ?? '') || Infinity;
  return comments.filter(({ updatedAt }) => Date.parse(updatedAt) >= since && Date.parse(updatedAt) < before);
}

function render(core: Core, c: GiteaContext, comment: Comment) {
  const issue = findIssue(core.state, c.get('repo'), comment.number);
  if (issue === undefined) throw new Refusal('not_found', 'not found');
  return renderComment(core.state, issue, comment, c.get('account'));
}
