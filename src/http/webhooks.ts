// The webhook door: verified over the raw bytes, stored durably, then 202. The request ends there.
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { DeliveryHeaders, Receiver } from '../forges/forge.js';
import { StoreError, type Deliveries } from '../store/store.js';
import { describeError } from '../support/errors.js';
import type { Log } from '../support/log.js';
import { problem, type ProblemStatus } from './problem.js';

export interface WebhookDeps {
  readonly deliveries: Pick<Deliveries, 'add'>;
  readonly now: () => number;
  readonly log: Log;
  /** Undefined for a name that is not in the config. */
  readonly connection: (forge: string) => { receiver: Receiver; secrets: readonly string[] } | undefined;
  readonly wakeInbox: () => void;
}

/** GitHub's own cap; no forge sends more. */
const MOST_BYTES = 25 * 1024 * 1024;
/** Bodies read at the same time, all together: a stranger cannot fill the memory. */
const MOST_BYTES_IN_FLIGHT = 64 * 1024 * 1024;

export function webhookRoutes(deps: WebhookDeps): Hono {
  const app = new Hono();
  let bytesInFlight = 0;
  app.post('/webhooks/:forge', async (c, next) => {
    const early = checkHeaders(deps, c);
    if (early !== undefined) return early;
    const declared = Number(c.req.header('content-length') ?? MOST_BYTES);
    const reserved = Number.isFinite(declared) ? Math.min(Math.max(declared, 0), MOST_BYTES) : MOST_BYTES;
    if (bytesInFlight > 0 && bytesInFlight + reserved > MOST_BYTES_IN_FLIGHT) {
      return refuse(deps, c, 503, 'too many bodies at once', { 'retry-after': '5' });
    }
    bytesInFlight += reserved;
    try {
      return await next();
    } finally {
      bytesInFlight -= reserved;
    }
  });
  app.post(
    '/webhooks/:forge',
    bodyLimit({ maxSize: MOST_BYTES, onError: (c) => refuse(deps, c, 413, 'larger than 25 MB') }),
    (c) => receive(deps, c),
  );
  app.all('/webhooks/:forge', (c) => refuse(deps, c, 405, `method ${c.req.method}`, { allow: 'POST' }));
  return app;
}

/** What can be said without reading the body. Unsigned requests cost nothing but this. */
function checkHeaders(deps: WebhookDeps, c: Context): Response | undefined {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return refuse(deps, c, 415, 'not application/json');
  const receiver = deps.connection(c.req.param('forge') ?? '')?.receiver;
  if (receiver === undefined) return refuse(deps, c, 401, 'no forge of this name in the config');
  const { id, event, signed } = receiver.identify(headersOf(c));
  if (!signed) return refuse(deps, c, 401, 'no signature');
  if (id === undefined || event === undefined) return refuse(deps, c, 400, 'no delivery id or event header');
  return undefined;
}

async function receive(deps: WebhookDeps, c: Context): Promise<Response> {
  const forge = c.req.param('forge') ?? '';
  const connection = deps.connection(forge);
  const headers = headersOf(c);
  const { id, event } = connection?.receiver.identify(headers) ?? {};
  if (connection === undefined || id === undefined || event === undefined)
    return refuse(deps, c, 401, 'gone meanwhile');
  const raw = new Uint8Array(await c.req.arrayBuffer());
  if (!(await connection.receiver.verify(headers, raw, connection.secrets)))
    return refuse(deps, c, 401, 'wrong signature');
  if (!beginsAnObject(raw)) return refuse(deps, c, 400, 'the body does not begin with {');
  const body = Buffer.from(raw).toString('utf8');
  try {
    const stored = await deps.deliveries.add({
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

/** Strangers get the status and nothing else; the reason is in the log. */
function refuse(
  deps: WebhookDeps,
  c: Context,
  status: ProblemStatus,
  reason: string,
  headers: Record<string, string> = {},
): Response {
  deps.log.warn('delivery.refused', { path: c.req.path.slice(0, 200), status, reason });
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
