// The table of routes: the server, its description and the client are made from it.
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  deliveryAnswer,
  orderAnswer,
  queuedAnswer,
  runAnswer,
  sessionAnswer,
  taskAnswer,
} from './schemas.js';
import {
  eventAnswer,
  forgeAnswer,
  madeToken,
  newToken,
  problemAnswer,
  statusAnswer,
  tokenAnswer,
} from './schemas-server.js';

export const BASE = '/api/v1';

/** What any request may be answered with. */
export const PROBLEMS = {
  default: {
    description: 'Whatever went wrong.',
    content: { 'application/problem+json': { schema: problemAnswer } },
  },
} as const;

export const SECURITY = [{ bearer: [] }];

const page = {
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'Entries of one page.' }),
  cursor: z.string().max(200).optional().meta({ description: '`next` of the page before.' }),
};
const id = z.object({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, { error: 'must be letters, digits, _ and -' }),
});

/** A second request with the same key is answered like the first, and nothing is done again. */
export const onceHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, { error: 'must be 1 to 200 visible ASCII characters' })
    .optional()
    .meta({ description: 'The same key again does nothing again.' }),
});

export function json<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

function pageOf<S extends z.ZodType>(items: S) {
  return z.object({
    items: z.array(items),
    next: z.string().optional().meta({ description: 'For `cursor`; missing on the last page.' }),
  });
}

const tags = (name: string) => ({ tags: [name], security: SECURITY });

export const ROUTES = {
  status: createRoute({
    method: 'get',
    path: '/status',
    operationId: 'status',
    summary: 'How the server is.',
    ...tags('Server'),
    responses: { 200: json(statusAnswer, 'How the server is.'), ...PROBLEMS },
  }),
  forges: createRoute({
    method: 'get',
    path: '/forges',
    operationId: 'forges',
    summary: 'The forges it is connected to, and what of them is paused.',
    ...tags('Server'),
    request: { query: z.object(page) },
    responses: { 200: json(pageOf(forgeAnswer), 'By name.'), ...PROBLEMS },
  }),
  tasks: createRoute({
    method: 'get',
    path: '/tasks',
    operationId: 'tasks',
    summary: 'All tasks, newest first.',
    ...tags('Work'),
    request: {
      query: z.object({
        ...page,
        state: taskAnswer.shape.state.optional().meta({ description: 'Only those in this state.' }),
      }),
    },
    responses: { 200: json(pageOf(taskAnswer), 'Newest first.'), ...PROBLEMS },
  }),
  task: createRoute({
    method: 'get',
    path: '/tasks/{id}',
    operationId: 'task',
    summary: 'One task.',
    ...tags('Work'),
    request: { params: id },
    responses: { 200: json(taskAnswer, 'The task.'), ...PROBLEMS },
  }),
  runs: createRoute({
    method: 'get',
    path: '/runs',
    operationId: 'runs',
    summary: 'Attempts at tasks, newest first.',
    ...tags('Work'),
    request: {
      query: z.object({
        ...page,
        task: z.string().max(100).optional().meta({ description: 'Only those of this task.' }),
      }),
    },
    responses: { 200: json(pageOf(runAnswer), 'Newest first.'), ...PROBLEMS },
  }),
  sessions: createRoute({
    method: 'get',
    path: '/sessions',
    operationId: 'sessions',
    summary: 'All sessions, newest first.',
    ...tags('Work'),
    request: { query: z.object(page) },
    responses: { 200: json(pageOf(sessionAnswer), 'Newest first.'), ...PROBLEMS },
  }),
  session: createRoute({
    method: 'get',
    path: '/sessions/{id}',
    operationId: 'session',
    summary: 'One session.',
    ...tags('Work'),
    request: { params: id },
    responses: { 200: json(sessionAnswer, 'The session.'), ...PROBLEMS },
  }),
  queue: createRoute({
    method: 'get',
    path: '/queue',
    operationId: 'queue',
    summary: 'What waits, in the order in which it will be begun.',
    ...tags('Work'),
    request: { query: z.object(page) },
    responses: { 200: json(pageOf(queuedAnswer), 'The next one first.'), ...PROBLEMS },
  }),
  deliveries: createRoute({
    method: 'get',
    path: '/deliveries',
    operationId: 'deliveries',
    summary:
      'What forges delivered and what became of it, newest first. Not for a token of some repositories.',
    ...tags('In and out'),
    request: { query: z.object(page) },
    responses: { 200: json(pageOf(deliveryAnswer), 'Newest first.'), ...PROBLEMS },
  }),
  orders: createRoute({
    method: 'get',
    path: '/orders',
    operationId: 'orders',
    summary: 'What is to be said or done elsewhere, newest first.',
    ...tags('In and out'),
    request: { query: z.object(page) },
    responses: { 200: json(pageOf(orderAnswer), 'Newest first.'), ...PROBLEMS },
  }),
  events: createRoute({
    method: 'get',
    path: '/events',
    operationId: 'events',
    summary:
      'Server-sent events for everything that changes. The first one is `ready`; `reset` says that events were missed, ' +
      'so that everything is to be read anew.',
    ...tags('Events'),
    request: {
      headers: z.object({
        'last-event-id': z
          .string()
          .regex(/^\d{1,15}$/, { error: 'must be the id of an event' })
          .optional()
          .meta({ description: 'The last event that was received: those after it are sent.' }),
      }),
    },
    responses: {
      200: {
        description: 'A stream of events; `data` is one of these.',
        content: { 'text/event-stream': { schema: eventAnswer } },
      },
      ...PROBLEMS,
    },
  }),
  tokens: createRoute({
    method: 'get',
    path: '/tokens',
    operationId: 'tokens',
    summary: 'All tokens, newest first, without the tokens themselves.',
    ...tags('Tokens'),
    request: { query: z.object(page) },
    responses: { 200: json(pageOf(tokenAnswer), 'Newest first.'), ...PROBLEMS },
  }),
  makeToken: createRoute({
    method: 'post',
    path: '/tokens',
    operationId: 'makeToken',
    summary: 'Makes a token. The answer is the only one that shows it.',
    ...tags('Tokens'),
    request: {
      headers: onceHeaders,
      body: { required: true, content: { 'application/json': { schema: newToken } } },
    },
    responses: { 201: json(madeToken, 'The token.'), ...PROBLEMS },
  }),
  revokeToken: createRoute({
    method: 'delete',
    path: '/tokens/{id}',
    operationId: 'revokeToken',
    summary: 'Revokes a token at once; its event streams end.',
    ...tags('Tokens'),
    request: { params: id },
    responses: { 200: json(tokenAnswer, 'The token, revoked.'), ...PROBLEMS },
  }),
} as const;

export type Routes = typeof ROUTES;
export type RouteName = keyof Routes;
