// The webhook door: verified over the raw bytes, stored durably, then 202. The request ends there.
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context as AnyContext } from 'hono';
import type { Forges } from '../../forges/create.js';
import type { DeliveryHeaders } from '../../forges/forge.js';
import type { Inbox } from '../../store/inbox.js';
import { StoreError } from '../../store/store.js';
import { describeError } from '../../support/errors.js';
import type { Log } from '../../support/log.js';
import { createBodies, type BodyLimits } from '../http/bodies.js';
import { clientAddress } from '../http/client-address.js';
import { problem, type ProblemStatus } from '../http/problem.js';
import { readBody } from '../http/read-body.js';
import { createSeldom, type SaySeldom } from '../http/seldom.js';

export interface WebhookDeps {
  readonly inbox: Pick<Inbox, 'add'>;
  readonly now: () => number;
  readonly log: Log;
  readonly forges: Pick<Forges, 'connection'>;
  readonly wakeInbox: () => void;
  readonly bodyLimits: BodyLimits;
  /** Is this the address of a proxy whose X-Forwarded-For is believed? */
  readonly isTrustedProxy: (address: string) => boolean;
}

type Context = AnyContext<{ Bindings: HttpBindings }>;

const MIB = 1024 * 1024;

export const BODY_LIMITS: BodyLimits = {
  // GitHub's own cap; no forge sends more.
  mostBytes: 25 * MIB,
  smallBytes: 64 * 1024,
  largeBytes: 64 * MIB,
  largeBytesPerAddress: 32 * MIB,
  bodiesPerAddress: 64,
  idleMs: 3_000,
  totalMs: 8_000,
};

interface Door extends WebhookDeps {
  readonly seldom: SaySeldom;
}

export function webhookRoutes(on: WebhookDeps): Hono<{ Bindings: HttpBindings }> {
  const deps: Door = { ...on, seldom: createSeldom(on.now) };
  // Not strict: `/webhooks/work/` is the same door.
  const app = new Hono<{ Bindings: HttpBindings }>({ strict: false });
  const bodies = createBodies(deps.bodyLimits);
  const addressOf = clientOf(deps);
  app.post('/webhooks/:forge', async (c) => {
    const early = checkHeaders(deps, c);
    if (early !== undefined) return early;
    const body = await readBody(c.env.incoming, bodies, addressOf(c));
    if (!body.ok) return refuse(deps, c, body.status, body.reason, retryAfter(body.status));
    try {
      return await receive(deps, c, body.raw);
    } finally {
      body.release();
    }
  });
  app.all('/webhooks/:forge', (c) => refuse(deps, c, 405, `method ${c.req.method}`, { allow: 'POST' }));
  return app;
}

function retryAfter(status: ProblemStatus): Record<string, string> {
  return status === 503 ? { 'retry-after': '5' } : {};
}

/** Says once that a proxy stands in front whose clients cannot be told apart: they share the caps of one address. */
function clientOf(deps: WebhookDeps): (c: Context) => string | undefined {
  let said = false;
  return (c) => {
    const peer = c.env.incoming.socket.remoteAddress ?? '';
    const forwardedFor = c.req.header('x-forwarded-for');
    if (!said && forwardedFor !== undefined && !deps.isTrustedProxy(peer)) {
      said = true;
      const fix = 'if it is your reverse proxy, add it to server.trustedProxies';
      deps.log.warn('http.proxy_not_trusted', { peer, why: 'it sends X-Forwarded-For', fix });
    }
    return clientAddress(peer, forwardedFor, deps.isTrustedProxy);
  };
}

/** What can be said without reading the body. Unsigned requests cost nothing but this. */
function checkHeaders(deps: Door, c: Context): Response | undefined {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return refuse(deps, c, 415, 'not application/json');
  const receiver = deps.forges.connection(c.req.param('forge') ?? '')?.receiver;
  if (receiver === undefined) return refuse(deps, c, 401, 'no forge of this name in the config');
  const { id, event, signed } = receiver.identify(headersOf(c));
  if (!signed) return refuse(deps, c, 401, 'no signature');
  if (id === undefined || event === undefined) return refuse(deps, c, 400, 'no delivery id or event header');
  return undefined;
}

async function receive(deps: Door, c: Context, raw: Buffer): Promise<Response> {
  const forge = c.req.param('forge') ?? '';
  const connection = deps.forges.connection(forge);
  const headers = headersOf(c);
  const { id, event } = connection?.receiver.identify(headers) ?? {};
  if (connection === undefined || id === undefined || event === undefined)
    return refuse(deps, c, 401, 'gone meanwhile');
  if (!(await connection.receiver.verify(headers, raw, connection.secrets)))
    return refuse(deps, c, 401, 'wrong signature');
  if (!beginsAnObject(raw)) return refuse(deps, c, 400, 'the body does not begin with {');
  const body = raw.toString('utf8');
  try {
    const stored = await deps.inbox.add({
      forge,
      id,
      event,
      headers: keptHeaders(headers),
      body,
      receivedAt: deps.now(),
    });
    deps.log.info('delivery.received', { forge, delivery: id, kind: event, stored, bytes: raw.byteLength });
    if (stored === 'duplicate') return c.json({ delivery: id, duplicate: true }, 200);
    deps.wakeInbox();
    return c.json({ delivery: id }, 202);
  } catch (error) {
    const why = error instanceof StoreError ? `${error.code}: ${describeError(error)}` : describeError(error);
    return refuse(deps, c, 503, `not stored: ${why}`, { 'retry-after': '30' });
  }
}

function beginsAnObject(raw: Uint8Array): boolean {
  const OPEN = 0x7b;
  const first = raw.find((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
  return first === OPEN;
}

/** Strangers get the status and nothing else; the reason is in the log, once a minute for each reason and forge. */
function refuse(
  deps: Door,
  c: Context,
  status: ProblemStatus,
  reason: string,
  headers: Record<string, string> = {},
): Response {
  const name = c.req.param('forge') ?? '';
  // A name that is not ours, and what stands behind the colon, have no bound: they make no kind of their own.
  const forge = deps.forges.connection(name) === undefined ? undefined : name;
  deps.seldom(`${status} ${reason.split(':')[0] ?? ''} ${forge ?? ''}`, (leftOut) => {
    const path = c.req.path.slice(0, 200);
    deps.log.warn('delivery.refused', { forge, path, status, reason, ...leftOut });
  });
  return problem(c, status, headers);
}

function headersOf(c: Context): DeliveryHeaders {
  return c.req.header();
}

/** Credentials that a hook sends along are not for our database. */
function keptHeaders(headers: DeliveryHeaders): DeliveryHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^(x-|content-type$|user-agent$)/.test(name)),
  );
}
