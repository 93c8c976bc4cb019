// The fields of Gitea's API answers that kugetsu reads, beyond those that deliveries have too.
import { z } from 'zod';
import type { Review } from '../../domain/event.js';
import { idOf, textOf } from '../delivery.js';
import { account, comment, issue, pull, repository } from './schemas.js';

export const repoAnswer = z.object({
  ...repository.shape,
  default_branch: z.string(),
  private: z.boolean(),
  archived: z.boolean(),
});
/** Of `/repos/search`. */
export const searchAnswer = z.object({ data: z.array(repoAnswer) });
export type RepoAnswer = z.output<typeof repoAnswer>;

export const userAnswer = account;
export const issueAnswer = issue;
export const commentAnswer = comment;
export const commentsAnswer = z.array(comment);
export const pullAnswer = pull;
export const pullsAnswer = z.array(pull);
export const labelsAnswer = z.array(z.object({ id: idOf, name: z.string() }));
export const permissionAnswer = z.object({ permission: z.string(), user: account.nullish() });
export const settingsAnswer = z.object({ max_response_items: z.int().positive() });
/** For answers of which nothing is read; a reaction that is removed is answered with no body at all. */
export const anyAnswer = z.unknown();

/** `label` events have body "1" for added, "" for removed. */
export const timelineAnswer = z
  .array(
    z.object({
      id: idOf,
      type: z.string(),
      user: account.nullish(),
      body: textOf,
      created_at: z.string(),
      label: z.object({ id: idOf, name: z.string() }).nullish(),
    }),
  )
  .nullable()
  .transform((entries) => entries ?? []);

const REVIEW_STATES: Readonly<Record<string, Review['state']>> = {
  APPROVED: 'approved',
  REQUEST_CHANGES: 'changes_requested',
  COMMENT: 'commented',
};

/** `state` is undefined for what is no submitted review: a request for one, or one still being written. */
export const reviewsAnswer = z.array(
  z
    .object({
      id: idOf,
      user: account.nullish(),
      state: z.string(),
      body: textOf,
      commit_id: textOf,
      dismissed: z.boolean().nullish(),
      comments_count: z.int().nullish(),
      submitted_at: z.string(),
      updated_at: z.string().nullish(),
      html_url: textOf,
    })
    .transform((raw) => ({ ...raw, state: REVIEW_STATES[raw.state] })),
);

/** `position` is the line in the new file, 0 where the comment is on the old one. */
export const reviewCommentsAnswer = z.array(
  z.object({
    id: idOf,
    user: account.nullish(),
    body: textOf,
    updated_at: z.string(),
    path: z.string(),
    position: z.int().nullish(),
    original_position: z.int().nullish(),
  }),
);
