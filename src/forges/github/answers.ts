// The fields of GitHub's API answers that kugetsu reads, beyond those that deliveries have too.
import { z } from 'zod';
import { idOf, textOf } from '../delivery.js';
import { account, comment, issue, pull, repository } from './schemas.js';

export const repoAnswer = z.object({
  ...repository.shape,
  default_branch: z.string(),
  private: z.boolean(),
  archived: z.boolean(),
});
/** What the account may there; the token may be allowed less. */
export const repoRightsAnswer = z.object({
  ...repoAnswer.shape,
  permissions: z.object({ push: z.boolean() }).nullish(),
});
export const reposAnswer = z.array(z.object({ full_name: z.string() }));
export const installedAnswer = z.object({ repositories: reposAnswer });
export const installationAnswer = z.object({ permissions: z.record(z.string(), z.string().optional()) });
export type RepoAnswer = z.output<typeof repoAnswer>;

export const accountAnswer = account;
export const appAnswer = z.object({ slug: z.string().min(1) });
export const issueAnswer = issue;
export const commentAnswer = comment;
export const commentsAnswer = z.array(comment);
export const pullAnswer = pull;
export const pullsAnswer = z.array(pull);
export const labelsAnswer = z.array(z.object({ name: z.string() }));
export const permissionAnswer = z.object({
  permission: z.string(),
  role_name: z.string().nullish(),
  user: account.nullish(),
});
/** For answers of which nothing is read. */
export const anyAnswer = z.unknown();

/** Entries are of many kinds; only some of them have an id, an actor or a label. */
export const timelineAnswer = z.array(
  z.object({
    event: z.string().nullish(),
    id: idOf.nullish().catch(undefined),
    created_at: z.string().nullish().catch(undefined),
    actor: account.nullish().catch(undefined),
    label: z.object({ name: z.string() }).nullish().catch(undefined),
  }),
);

export const reviewsAnswer = z.array(
  z.object({
    id: idOf,
    user: account.nullish(),
    state: z.string(),
    body: textOf,
    commit_id: textOf,
    submitted_at: z.string().nullish(),
  }),
);

/** `line` is null where later commits changed it: then the line it was made on is told. */
export const reviewCommentsAnswer = z.array(
  z.object({
    id: idOf,
    pull_request_review_id: idOf.nullish(),
    user: account.nullish(),
    body: textOf,
    updated_at: z.string(),
    path: z.string(),
    line: z.int().nullish(),
    original_line: z.int().nullish(),
  }),
);
