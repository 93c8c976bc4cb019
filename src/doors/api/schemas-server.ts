// What the API answers about the server, its tokens and its events, and every error; as schemas, like the work in schemas.ts.
import { FORGE_KIND_NAMES } from '../../config/forge-kinds.js';
import { z } from 'zod';
import { repoPattern } from '../../config/schema-values.js';
import { refusal } from '../../domain/result.js';
import { subject, time } from './schemas.js';

const scope = z.enum(['read', 'act', 'admin']).meta({
  description: 'Listings; orders too; and what only administrators may. Each includes the one before.',
});
const repoPatterns = z
  .array(repoPattern)
  .min(1)
  .max(100)
  .meta({
    description: 'FORGE:OWNER/NAME with * and **, or FORGE:OWNER/NAME#14.',
    examples: [['work:acme/*']],
  });

export const problemAnswer = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z
      .enum([
        'unauthorized',
        'forbidden',
        'not_found',
        'wrong_method',
        'wrong_host',
        'not_json',
        'bad_json',
        'invalid',
        'bad_cursor',
        'too_large',
        'too_slow',
        'busy',
        'key_reused',
        'refused',
        'forge_away',
        'forge_refused',
        'store',
        'fault',
      ])
      .meta({ description: 'For programs.' }),
    detail: z.string().meta({ description: 'For people: what to do about it.' }),
    errors: z
      .array(z.object({ at: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'What of the request does not fit, and where.' }),
    refusal: refusal.optional().meta({ description: 'Why something asked was not done.' }),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' });

export const forgeAnswer = z
  .object({
    forge: z.string(),
    kind: z.enum(FORGE_KIND_NAMES),
    url: z.string(),
    paused: z
      .array(
        z.object({
          repoId: z.string().optional().meta({ description: 'Missing: the whole forge.' }),
          because: z.string(),
          why: z.string(),
          since: time,
          until: time.meta({ description: 'When it is asked again.' }),
        }),
      )
      .meta({ description: 'What takes nothing for now; it goes on by itself.' }),
  })
  .meta({ id: 'Forge', description: 'A forge that kugetsu is connected to.' });

export const statusAnswer = z
  .object({
    version: z.string(),
    startedAt: time,
    ready: z.boolean(),
    missing: z.array(z.string()).meta({ description: 'Why it is not ready.' }),
    notes: z.array(z.string()).meta({ description: 'What people should know, though it is ready.' }),
    config: z
      .object({
        refused: z
          .object({ problems: z.array(z.string()), since: time })
          .optional()
          .meta({ description: 'Why the file as it is now is not followed: what was right last counts.' }),
        waiting: z.array(z.string()).meta({ description: 'Settings that count from the next start on.' }),
      })
      .optional()
      .meta({ description: 'How the configuration is followed; not for a token of some repositories.' }),
    tasks: z.record(z.string(), z.number().int()).optional().meta({
      description: 'How many are in each state that has not ended; not for a token of some repositories.',
    }),
  })
  .meta({ id: 'Status', description: 'How the server is.' });

export const tokenAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    scope,
    repos: repoPatterns.optional().meta({ description: 'Missing: every repository.' }),
    state: z.enum(['valid', 'expired', 'revoked']),
    createdAt: time,
    createdBy: z.string(),
    expiresAt: time.optional(),
    usedAt: time.optional(),
    revokedAt: time.optional(),
  })
  .meta({ id: 'Token', description: 'A token of the API, without the token itself.' });

export const newToken = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}$/, {
        error: 'must be 1 to 60 letters, digits, spaces and . _ -',
      })
      .meta({ description: 'Whoever reads a report sees who asked by it.', examples: ['build server'] }),
    scope,
    repos: repoPatterns.optional(),
    expiresInDays: z.number().int().min(1).max(3_650).optional(),
  })
  .meta({ id: 'NewToken' });

export const madeToken = tokenAnswer
  .extend({
    token: z.string().optional().meta({
      description: 'Shown this once; missing where the same request is repeated.',
    }),
  })
  .meta({ id: 'MadeToken' });

const event = {
  id: z.number().int(),
  at: time,
  change: z.enum(['added', 'changed']),
  subject: subject.optional(),
};

export const eventAnswer = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('task'),
      ...event,
      task: z.string(),
      session: z.string(),
      state: z.string(),
      attempts: z.number().int(),
    }),
    z.object({ type: z.literal('session'), ...event, session: z.string(), state: z.string() }),
    z.object({
      type: z.literal('run'),
      ...event,
      run: z.string(),
      task: z.string(),
      state: z.enum(['running', 'ended']),
    }),
    z.object({
      type: z.literal('order'),
      ...event,
      order: z.number().int(),
      kind: z.string(),
      state: z.string(),
      attempts: z.number().int(),
    }),
    z.object({
      type: z.literal('delivery'),
      ...event,
      delivery: z.number().int(),
      forge: z.string(),
      state: z.string(),
    }),
    z.object({ type: z.literal('token'), ...event, token: z.string(), state: z.enum(['valid', 'revoked']) }),
  ])
  .meta({ id: 'Event', description: 'Something has changed: ids and states.' });
