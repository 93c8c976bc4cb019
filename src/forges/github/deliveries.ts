// The fields of GitHub's deliveries that kugetsu reads; whatever else is in them may change.
import { z } from 'zod';
import { idOf, textOf } from '../delivery.js';
import { account, comment, issue, pull, repository } from './schemas.js';
import type { RawAccount, RawRepository } from './schemas.js';

const about = { repository, sender: account };

export const commentDelivery = z.object({
  action: z.enum(['created', 'edited', 'deleted']),
  issue,
  comment,
  changes: z.object({ body: z.object({ from: z.string() }).nullish() }).nullish(),
  ...about,
});

/** `old_issue`: where it was before it was transferred. */
export const issueDelivery = z.object({
  issue,
  changes: z.object({ old_issue: z.unknown() }).nullish(),
  ...about,
});

/** What labels are there is asked of the forge. */
export const issueLabelsDelivery = z.object({ issue, ...about });
export const pullLabelsDelivery = z.object({ pull_request: pull, ...about });

export const pullDelivery = z.object({ pull_request: pull, ...about });

export const reviewDelivery = z.object({
  pull_request: pull,
  review: z.object({
    id: idOf,
    user: account,
    state: z.string(),
    body: textOf,
    commit_id: textOf,
    submitted_at: textOf,
  }),
  ...about,
});

export const pushDelivery = z.object({ ref: z.string(), before: z.string(), after: z.string(), ...about });

export interface About {
  readonly repository: RawRepository;
  readonly sender: RawAccount;
}
export type CommentDelivery = z.output<typeof commentDelivery>;
export type IssueDelivery = z.output<typeof issueDelivery>;
export type ReviewDelivery = z.output<typeof reviewDelivery>;
