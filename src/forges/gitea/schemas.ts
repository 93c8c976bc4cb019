// The things that Gitea's deliveries and API answers both contain: only the fields that kugetsu reads.
import { z } from 'zod';
import { accountIdOf, idOf, numberOf, repoPathOf, textOf } from '../delivery.js';

export const account = z.object({ id: accountIdOf, login: z.string().min(1) });

/** A deleted account is shown as Gitea's ghost, or not at all. */
const author = account.nullish().transform((found) => found ?? { id: '-1', login: 'Ghost' });

export const repository = z.object({
  id: idOf,
  full_name: repoPathOf,
  permissions: z.object({ admin: z.boolean(), push: z.boolean(), pull: z.boolean() }).nullish(),
});

export const issue = z.object({
  number: numberOf,
  title: z.string(),
  body: textOf,
  state: z.enum(['open', 'closed']),
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
  label: z.string(),
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
