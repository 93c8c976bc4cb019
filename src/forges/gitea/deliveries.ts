// The fields of Gitea's and Forgejo's deliveries that kugetsu reads; whatever else is in them may change.
import { z } from 'zod';
import { numberOf, textOf } from '../delivery.js';
import { account, comment, issue, pull, repository } from './schemas.js';
import type { RawAccount, RawRepository } from './schemas.js';

const about = { repository, sender: account };

export const commentDelivery = z.object({
  action: z.enum(['created', 'edited', 'deleted']),
  issue,
  comment,
  changes: z.object({ body: z.object({ from: z.string() }).nullish() }).nullish(),
  is_pull: z.boolean(),
  ...about,
});

export const issueDelivery = z.object({ issue, ...about });

/** Of an issue or of a pull request. The labels it lists are not read: they are wrong after a clear or a replace. */
export const labelsDelivery = z.object({
  number: numberOf,
  issue: issue.optional(),
  pull_request: pull.optional(),
  ...about,
});

export const pullDelivery = z.object({ pull_request: pull, ...about });

export const reviewDelivery = z.object({
  pull_request: pull,
  review: z.object({ type: z.string(), content: textOf }),
  ...about,
});

export const pushDelivery = z.object({ ref: z.string(), before: z.string(), after: z.string(), ...about });

export interface About {
  readonly repository: RawRepository;
  readonly sender: RawAccount;
}
export type CommentDelivery = z.output<typeof commentDelivery>;
export type LabelsDelivery = z.output<typeof labelsDelivery>;
export type ReviewDelivery = z.output<typeof reviewDelivery>;
