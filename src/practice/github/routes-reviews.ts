// Reviews, their comments on lines, answers in threads, and requests for a review.
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Core } from '../core.js';
import { createReview, replyInThread, requestReview, submittedReviews } from '../ops-reviews.js';
import { commentsOf, Refusal } from '../state.js';
import type { Comment } from '../types.js';
import type { PullIssue } from '../ops-pulls.js';
import { answer, input, numberIn, page, pullIn, Unprocessable } from './http.js';
import type { GithubEnv } from './http.js';
import { renderReview, renderReviewComment, renderSimplePull } from './render-pull.js';
import { accountNamed } from './routes-repos.js';

const newReview = z.object({
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']),
  body: z.string().default(''),
  commit_id: z.string().optional(),
  comments: z
    .array(
      z.object({
        path: z.string(),
        body: z.string(),
        line: z.int().positive(),
        side: z.enum(['LEFT', 'RIGHT']).default('RIGHT'),
      }),
    )
    .default([]),
});
const STATES = { APPROVE: 'approved', REQUEST_CHANGES: 'changes_requested', COMMENT: 'commented' } as const;
const SIDES = { LEFT: 'old', RIGHT: 'new' } as const;

type Inline = Comment & { readonly inline: NonNullable<Comment['inline']> };

export function reviewRoutes(core: Core, routes: Hono<GithubEnv>): void {
  const { state } = core;
  const at = '/repos/:owner/:repo/pulls/:number{[0-9]+}';
  routes.get(`${at}/reviews`, (c) => {
    const issue = pullIn(core, c);
    return page(core, c, submittedReviews(core, issue), (review) => renderReview(state, issue, review));
  });
  routes.post(`${at}/reviews`, async (c) => {
    const issue = pullIn(core, c);
    const wish = await input(c, 'PullRequestReview', newReview);
    if (wish.event !== 'APPROVE' && wish.body.trim() === '' && wish.comments.length === 0)
      throw new Unprocessable([{ resource: 'PullRequestReview', code: 'missing_field', field: 'body' }]);
    const { review } = await createReview(core, c.get('repo'), c.get('account'), issue, {
      state: STATES[wish.event],
      body: wish.body,
      commitSha: wish.commit_id,
      comments: wish.comments.map(({ side, ...rest }) => ({ ...rest, side: SIDES[side] })),
    });
    return answer(renderReview(state, issue, review));
  });
  routes.get(`${at}/reviews/:review{[0-9]+}/comments`, (c) => {
    const inline = inlineOf(core, pullIn(core, c));
    const wanted = inline.filter((one) => one.inline.reviewId === numberIn(c, 'review'));
    return page(core, c, wanted, (comment) => renderReviewComment(state, comment));
  });
  routes.get(`${at}/comments`, (c) =>
    page(core, c, inlineOf(core, pullIn(core, c)), (comment) => renderReviewComment(state, comment)),
  );
  routes.post(`${at}/comments/:comment{[0-9]+}/replies`, async (c) => {
    const issue = pullIn(core, c);
    const first = inlineOf(core, issue).find((one) => one.id === numberIn(c, 'comment'));
    if (first === undefined) throw new Refusal('not_found', 'Not Found');
    const { body } = await input(c, 'PullRequestReviewComment', z.object({ body: z.string() }));
    const made = replyInThread(core, c.get('repo'), c.get('account'), issue, first, body);
    return answer(renderReviewComment(state, { ...made, inline: made.inline ?? first.inline }), 201);
  });
  routes.post(`${at}/requested_reviewers`, async (c) => {
    const issue = pullIn(core, c);
    const wish = z.object({ reviewers: z.array(z.string()).default([]) });
    const { reviewers } = await input(c, 'PullRequest', wish);
    const people = reviewers.map((login) => accountNamed(core, login));
    requestReview(core, c.get('repo'), c.get('account'), issue, people);
    return answer(renderSimplePull(state, issue, c.get('account')), 201);
  });
}

function inlineOf(core: Core, issue: PullIssue): Inline[] {
  return commentsOf(core.state, issue).filter((one): one is Inline => one.inline !== undefined);
}
