// The things that GitHub's deliveries and API answers both contain: only the fields that kugetsu reads.
import { z } from 'zod';
import { accountIdOf, idOf, numberOf, repoPathOf, textOf } from '../delivery.js';

export const account = z.object({ id: accountIdOf, login: z.string().min(1), type: z.string().nullish() });

/** A deleted account is shown as GitHub's ghost, or as null. */
const author = account.nullish().transform((found) => found ?? { id: '10137', login: 'ghost', type: 'User' });

export const repository = z.object({ id: idOf, full_name: repoPathOf });

export const issue = z.object({
  number: numberOf,
  title: z.string(),
  body: textOf,
  state: z.enum(['open', 'closed']).nullish(),
  user: author,
  updated_at: z.string(),
  pull_request: z.object({}).nullish(),
});

export const comment = z.object({
  id: idOf,
  user: author,
  body: textOf,
  created_at: z.string(),
  updated_at: z.string(),
});

const branchEnd = z.object({
  ref: z.string(),
  sha: z.string(),
  repo: z.object({ id: idOf, full_name: z.string() }).nullish(),
});

export const pull = z.object({
  number: numberOf,
  title: z.string(),
  body: textOf,
  state: z.enum(['open', 'closed']),
  draft: z.boolean().nullish(),
  merged: z.boolean().nullish(),
  merged_at: z.string().nullish(),
  user: author,
  updated_at: z.string(),
  head: branchEnd,
  base: branchEnd,
});

export type RawAccount = z.output<typeof account>;
export type RawRepository = z.output<typeof repository>;
export type RawIssue = z.output<typeof issue>;
export type RawComment = z.output<typeof comment>;
export type RawPull = z.output<typeof pull>;
