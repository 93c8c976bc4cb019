// The shapes that the control room takes.
import { z } from 'zod';

const count = z.int().min(1);
const ms = z.int().min(0);

export const newUser = z.strictObject({
  login: z.string(),
  kind: z.enum(['user', 'bot', 'organization']).optional(),
  siteAdmin: z.boolean().optional(),
  /** Logins; for an organisation. */
  owners: z.array(z.string()).default([]),
  /** Of the token; none = no limit. An account that is there gets a further token. */
  scopes: z.array(z.string()).optional(),
  id: z.int().optional(),
});

export const newRepo = z.strictObject({
  owner: z.string(),
  name: z.string(),
  private: z.boolean().optional(),
  defaultBranch: z.string().optional(),
  files: z.record(z.string(), z.string()).default({ 'README.md': '# Practice\n' }),
  collaborators: z.record(z.string(), z.enum(['read', 'write', 'admin'])).default({}),
  protectedBranches: z.array(z.string()).default([]),
});

export const newReply = z.strictObject({
  repo: z.string(),
  number: count,
  commentId: z.int(),
  as: z.string(),
  body: z.string(),
});

export const newLogin = z.strictObject({ login: z.string(), to: z.string() });

export const newAccess = z.strictObject({
  repo: z.string(),
  login: z.string(),
  access: z.enum(['read', 'write', 'admin']),
});

export const transfer = z.strictObject({
  repo: z.string(),
  number: count,
  to: z.string(),
  as: z.string(),
});

const requestEffect = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('slow'), ms }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({
    kind: z.literal('held'),
    name: z.string(),
    when: z.enum(['before', 'after']),
    withinMs: ms.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('fail'), status: z.int(), message: z.string().exactOptional() }),
  z.strictObject({
    kind: z.literal('rate_limit'),
    retryAfterSeconds: z.number(),
    status: z.union([z.literal(403), z.literal(429)]).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('cut') }),
  z.strictObject({ kind: z.literal('fail_after'), status: z.int() }),
  z.strictObject({ kind: z.literal('cut_after') }),
]);

const deliveryEffect = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('delay'), ms }),
  z.strictObject({ kind: z.literal('twice'), id: z.enum(['same', 'fresh']) }),
  z.strictObject({ kind: z.literal('drop') }),
  z.strictObject({ kind: z.literal('overtaken'), by: count, withinMs: ms.exactOptional() }),
]);

export const requestFault = z.strictObject({
  on: z.literal('request'),
  method: z.string().optional(),
  path: z.string().optional(),
  user: z.string().optional(),
  times: count.optional(),
  effect: requestEffect,
});

export const deliveryFault = z.strictObject({
  on: z.literal('delivery'),
  event: z.string().optional(),
  action: z.string().optional(),
  times: count.optional(),
  effect: deliveryEffect,
});

export const replayWish = z.strictObject({
  id: z.string(),
  idOfCopies: z.enum(['same', 'fresh']).default('fresh'),
  times: count.default(1),
  connections: count.default(1),
});
