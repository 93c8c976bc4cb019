// Reviews, their comments on lines, and requests for one.
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Core } from '../core.js';
import type { PullIssue } from '../ops-pulls.js';
import { createReview, requestReview } from '../ops-reviews.js';
import { commentsOf, findAccount, Refusal, reviewsOf } from '../state.js';
import type { Review } from '../types.js';
import { answer, failure, input, numberIn, page, pullIn } from './http.js';
import type { GiteaContext, GiteaEnv } from './http.js';
import { renderReview, renderReviewComment } from './render-pull.js';

const newReview = z.object({
  event: z.enum(['APPROVED', 'REQUEST_CHANGES', 'COMMENT']),
  body: z.string().default(''),
  commit_id: z.string().optional(),
  comments: z
    .array(
      z.object({
        path: z.string(),
        body: z.string(),
        new_position: z.int().default(0),
        old_position: z.int().default(0),
      }),
    )
    .default([]),
});
const STATE = { APPROVED: 'approved', REQUEST_CHANGES: 'changes_requested', COMMENT: 'commented' } as const;

export function reviewRoutes(core: Core, app: Hono<GiteaEnv>): void {
  const { state } = core;
  const at = '/repos/:owner/:repo/pulls/:number{[0-9]+}';
  app.get(`${at}/reviews`, (c) => {
    const issue = pullIn(core, c);
    const { items, headers } = page(core, c, listed(core, issue), { link: false });
    return answer(
      items.map((review) => renderReview(state, issue, review, c.get('account'))),
      200,
      headers,
    );
  });
  app.post(`${at}/reviews`, async (c) => {
    const issue = pullIn(core, c);
    const wish = await input(c, newReview);
    const { review } = await createReview(core, c.get('repo'), c.get('account'), issue, {
      state: STATE[wish.event],
      body: wish.body,
      commitSha: wish.commit_id,
      comments: wish.comments.map(placed),
    });
    return answer(renderReview(state, issue, review, c.get('account')));
  });
  app.get(`${at}/reviews/:review{[0-9]+}`, (c) => {
    const issue = pullIn(core, c);
    return answer(renderReview(state, issue, reviewIn(core, c, issue), c.get('account')));
  });
  app.get(`${at}/reviews/:review{[0-9]+}/comments`, (c) => {
    const issue = pullIn(core, c);
    const review = reviewIn(core, c, issue);
    const comments = commentsOf(state, issue).filter((comment) => comment.inline?.reviewId === review.id);
    return answer(comments.map((comment) => renderReviewComment(state, issue, comment, c.get('account'))));
  });
  app.post(`${at}/requested_reviewers`, async (c) => {
    const issue = pullIn(core, c);
    const { reviewers } = await input(c, z.object({ reviewers: z.array(z.string()).default([]) }));
    const unknown = reviewers.find((login) => findAccount(state, login) === undefined);
    if (unknown !== undefined) return failure(core, 404, `User '${unknown}' not exist`, { errors: null });
    const people = reviewers.flatMap((login) => findAccount(state, login) ?? []);
    const made = requestReview(core, c.get('repo'), c.get('account'), issue, people);
    return answer(
      made.map((review) => renderReview(state, issue, review, c.get('account'))),
      201,
    );
  });
}

/** A request disappears once that person has reviewed. */
function listed(core: Core, issue: PullIssue): Review[] {
  const all = reviewsOf(core.state, issue);
  const done = new Set(all.filter((review) => review.state !== 'requested').map((review) => review.authorId));
  return all.filter((review) => review.state !== 'requested' || !done.has(review.authorId));
}

function placed(comment: { path: string; body: string; new_position: number; old_position: number }) {
  const side = comment.new_position > 0 ? ('new' as const) : ('old' as const);
  return {
    path: comment.path,
    body: comment.body,
    side,
    line: side === 'new' ? comment.new_position : comment.old_position,
  };
}

function reviewIn(core: Core, c: GiteaContext, issue: PullIssue): Review {
  const review = core.state.reviews.get(numberIn(c, 'review'));
  if (review === undefined || review.repoId !== issue.repoId || review.number !== issue.number) {
    throw new Refusal('not_found', 'not found');
  }
  return review;
}
