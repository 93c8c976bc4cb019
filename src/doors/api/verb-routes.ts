// The routes of the verbs, made from the table of verbs: a verb added there is a route here.
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { VERBS } from '../../verbs/table.js';
import type { Verb } from '../../verbs/verb.js';
import { json, onceHeaders, PROBLEMS, SECURITY } from './routes.js';
import { askedAnswer } from './schemas.js';

export interface VerbBody {
  readonly subject?: string | undefined;
  readonly flags?: Readonly<Record<string, string | boolean | undefined>> | undefined;
  readonly message?: string | undefined;
}

export function verbRoutes() {
  return VERBS.filter(({ notThrough }) => notThrough?.api === undefined).map((verb) => ({
    verb,
    route: routeOf(verb),
  }));
}

function routeOf(verb: Verb) {
  return createRoute({
    method: 'post',
    path: `/verbs/${verb.name}`,
    operationId: `verb_${verb.name.replaceAll('-', '_')}`,
    summary: verb.summary,
    tags: ['Verbs'],
    security: SECURITY,
    request: {
      headers: onceHeaders,
      body: { required: true, content: { 'application/json': { schema: bodyOf(verb) } } },
    },
    responses: { 200: json(askedAnswer, 'What became of it.'), ...PROBLEMS },
  });
}

function bodyOf({ usage, flags, about }: Verb): z.ZodType<VerbBody, VerbBody> {
  const subject = z
    .string()
    .regex(SUBJECT, { error: 'must be FORGE:OWNER/NAME#14, or #-name for a discussion' })
    .meta({
      description: 'FORGE:OWNER/NAME#14, or #-name for a discussion.',
      examples: ['work:acme/api#14'],
    });
  const values = Object.fromEntries(
    flags.map(
      ({ name, value }) => [name, (value === undefined ? z.boolean() : flagText).optional()] as const,
    ),
  );
  const shape: Record<string, z.ZodType> = {
    subject: about === 'anything' ? subject.optional() : subject,
    ...(flags.length > 0 && { flags: z.strictObject(values).optional() }),
    ...(usage !== '' && {
      message: z.string().max(MOST_MESSAGE_CHARS).optional().meta({ description: usage }),
    }),
  };
  return z.strictObject(shape) as z.ZodType<VerbBody, VerbBody>;
}

/** What `parseSubject` takes, nearly: it looks closer. */
const SUBJECT =
  /^[\w.-]{1,100}:[A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100}#([1-9]\d{0,8}|-[a-z0-9][a-z0-9-]{0,39})$/;
/** As in a comment, where it is one word. */
const flagText = z.string().regex(/^\S{1,200}$/, { error: 'must be one word' });
/** As long as a comment may be. */
const MOST_MESSAGE_CHARS = 65_536;
