// The API as one app, the same over TCP and over the socket: who asks, how much, which route; every error told the same way.
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, Hono } from 'hono';
import type { LiveConfig } from '../../config/live.js';
import type { Pauses } from '../../forges/pauses.js';
import { describeError } from '../../support/errors.js';
import type { VerbDeps } from '../../verbs/verb.js';
import { createBodies, type BodyLimits } from '../http/bodies.js';
import { clientAddress } from '../http/client-address.js';
import { readBody } from '../http/read-body.js';
import type { Readiness } from '../http/readiness.js';
import { createSeldom, type SaySeldom } from '../http/seldom.js';
import { callerOf, type ApiEnv } from './caller.js';
import { addEvents } from './events.js';
import { isHostAllowed } from './host.js';
import { addListings } from './listings.js';
import { pageRoutes } from './page.js';
import { answerProblem, ApiProblem, notFound, notJson, problemOf } from './problems.js';
import { BASE, ROUTES } from './routes.js';
import { addServerState } from './server-state.js';
import type { Streams } from './streams.js';
import type { Tail } from './tail.js';
import { addTokens } from './tokens.js';
import { addVerbs } from './verbs.js';
import { verbRoutes } from './verb-routes.js';

export interface ApiParts {
  readonly pauses: Pick<Pauses, 'list'>;
  readonly readiness: Pick<Readiness, 'missing'>;
  /** What people should know of, though it is ready. */
  readonly notes: () => readonly string[];
  /** How the files of the configuration are followed. */
  readonly files: Pick<LiveConfig, 'refused' | 'waiting'>;
  /** Texts of agents and people may hold a secret. */
  readonly mask: (text: string) => string;
}

export interface ApiDeps extends VerbDeps, ApiParts {
  readonly streams: Streams;
  readonly tail: Tail;
  readonly isTrustedProxy: (address: string) => boolean;
  readonly masked: <T>(value: T) => T;
}

const MIB = 1024 * 1024;
const BODY_LIMITS: BodyLimits = {
  mostBytes: MIB,
  smallBytes: 64 * 1024,
  largeBytes: 32 * MIB,
  largeBytesPerAddress: 16 * MIB,
  bodiesPerAddress: 64,
  idleMs: 3_000,
  totalMs: 8_000,
};

export function apiApp(deps: ApiDeps): Hono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>({ strict: false, defaultHook: tellInvalid });
  const seldom = createSeldom(deps.now);
  app.use(async (c, next) => {
    mustBeOurHost(deps, c);
    await next();
  });
  app.route(BASE, pageRoutes());
  app.use(async (c, next) => {
    const authorization = c.req.header('authorization');
    c.set(
      'caller',
      await callerOf({ ...deps, tokens: deps.store.api.tokens }, { local: c.env.local, authorization }),
    );
    c.env.spare();
    await next();
  });
  app.use(bodyReader(deps));
  app.route(BASE, routes(deps));
  app.notFound((c) => answerProblem(c, wrongMethod(c) ?? notFound()));
  app.onError((error, c) => answerProblem(c, told(deps, seldom, c, error)));
  return app;
}

function routes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>({ strict: false, defaultHook: tellInvalid });
  addServerState(app, deps);
  addListings(app, deps);
  addTokens(app, deps);
  addEvents(app, deps);
  addVerbs(app, deps);
  return app;
}

/** No page of another server may ask ours through a browser that reaches it. */
function mustBeOurHost({ config }: ApiDeps, c: Context<ApiEnv>): void {
  if (c.env.local || isHostAllowed(config().server, c.req.header('host'), c.env.incoming)) return;
  const detail =
    'Ask under the address in server.admin, under localhost, or (with server.adminPublic) under server.publicUrl.';
  throw new ApiProblem(421, 'wrong_host', detail);
}

/** The whole body within the limits, before anything reads it. */
function bodyReader(deps: ApiDeps) {
  const bodies = createBodies(BODY_LIMITS);
  return async (c: Context<ApiEnv>, next: () => Promise<void>): Promise<void> => {
    const { incoming } = c.env;
    const { method } = c.req;
    if (method === 'GET' || method === 'HEAD' || !hasBody(incoming.headers)) return await next();
    const peer = incoming.socket.remoteAddress ?? '';
    const address = c.env.local
      ? undefined
      : clientAddress(peer, c.req.header('x-forwarded-for'), deps.isTrustedProxy);
    const body = await readBody(incoming, bodies, address);
    if (!body.ok) throw bodyProblem(body.status, body.reason);
    try {
      if (!isJson(c.req.header('content-type'))) throw notJson();
      const { raw } = c.req;
      c.req.raw = new Request(raw.url, { method, headers: raw.headers, body: new Uint8Array(body.raw) });
      await next();
    } finally {
      body.release();
    }
  };
}

function hasBody(headers: Readonly<Record<string, unknown>>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isJson(type: string | undefined): boolean {
  return (type ?? '').split(';')[0]?.trim().toLowerCase() === 'application/json';
}

function bodyProblem(status: 400 | 408 | 413 | 503, reason: string): ApiProblem {
  switch (status) {
    case 400:
      return new ApiProblem(400, 'bad_json', `The body is not whole: ${reason}.`);
    case 408:
      return new ApiProblem(408, 'too_slow', `Send the body at once: ${reason}.`);
    case 413:
      return new ApiProblem(413, 'too_large', `Send a smaller body: this one is ${reason}.`);
    case 503:
      return new ApiProblem(503, 'busy', `Repeat it in a moment: ${reason}.`, {
        headers: { 'retry-after': '5' },
      });
  }
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What of a request does not fit its schema. */
function tellInvalid(
  read: { success: boolean; target: string; error?: { issues: readonly Issue[] } },
  c: Context,
): Response | undefined {
  if (read.success) return undefined;
  const errors = (read.error?.issues ?? []).slice(0, 20).map(({ path, message }) => ({
    at: [read.target, ...path].map(String).join('.'),
    message,
  }));
  const detail = 'The request does not fit; `errors` says where, /api/v1/openapi.json what is expected.';
  return answerProblem(c, new ApiProblem(400, 'invalid', detail, { errors }));
}

/** A path that is there, asked in another way. */
function wrongMethod(c: Context<ApiEnv>): ApiProblem | undefined {
  const allow = METHODS.filter(({ pattern }) => pattern.test(c.req.path)).map(({ method }) => method);
  if (allow.length === 0 || allow.includes(c.req.method)) return undefined;
  const headers = { allow: allow.join(', ') };
  return new ApiProblem(405, 'wrong_method', `Ask this path with ${headers.allow}.`, { headers });
}

const METHODS = [...Object.values(ROUTES), ...verbRoutes().map(({ route }) => route)].map(
  ({ method, path }) => ({
    method: method.toUpperCase(),
    pattern: new RegExp(`^${BASE}${path.replace(/\{\w+\}/g, '[^/]+')}/?$`),
  }),
);

function told(deps: ApiDeps, seldom: SaySeldom, c: Context<ApiEnv>, error: unknown): ApiProblem {
  const known = problemOf(error);
  if (known !== undefined) {
    if (known.status === 401 || known.status === 421)
      seldom(known.code, (leftOut) => deps.log.warn('api.refused', { why: known.code, ...leftOut }));
    return known;
  }
  deps.log.error('api.fault', { path: c.req.path.slice(0, 200), why: describeError(error), error });
  return new ApiProblem(500, 'fault', 'A fault of kugetsu; its log says more.');
}
