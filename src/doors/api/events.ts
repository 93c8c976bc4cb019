// The event stream: what changed after the last event that the client has, then what changes from now on.
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';
import type { StoredEvent } from '../../store/api.js';
import type { Operator } from '../../domain/principal.js';
import type { ApiDeps } from './api-app.js';
import type { ApiEnv } from './caller.js';
import { maySee } from './listings.js';
import { ApiProblem } from './problems.js';
import { ROUTES } from './routes.js';
import { showEvent } from './show.js';

/** Below what proxies take for a dead connection. */
const HEARTBEAT_MS = 15_000;
/** A client that reads nothing cannot be told the end. */
const LAST_WORDS_MS = 1_000;

export function addEvents(app: OpenAPIHono<ApiEnv>, deps: ApiDeps): void {
  app.openapi(ROUTES.events, (c) => {
    const given = c.req.valid('header')['last-event-id'];
    // Nobody would read the body, nor end it.
    if (c.req.method === 'HEAD') return c.body('', 200, { 'content-type': 'text/event-stream' });
    const stream = deps.streams.open(c.get('caller').id);
    if (stream === undefined) throw tooMany();
    // Proxies that collect an answer would hold the events back.
    c.header('x-accel-buffering', 'no');
    const lastId = given === undefined ? undefined : Number(given);
    return streamSSE(c, (to) => serve(deps, c, { to, lastId, ...stream }));
  });
}

interface Serving {
  readonly to: SSEStreamingApi;
  readonly lastId: number | undefined;
  /** Ends it from our side. */
  readonly signal: AbortSignal;
  readonly close: () => void;
}

async function serve(
  deps: ApiDeps,
  c: Context<ApiEnv>,
  { to, lastId, signal, close }: Serving,
): Promise<void> {
  const stopListening = deps.tail.listen();
  const gone = new AbortController();
  to.onAbort(() => gone.abort());
  signal.addEventListener('abort', () => {
    setTimeout(() => c.env.outgoing.destroy(), LAST_WORDS_MS).unref();
  });
  try {
    await follow(deps, c, { to, lastId, signal: AbortSignal.any([signal, gone.signal]) });
  } catch (error) {
    // The client comes again with the last id it has.
    deps.log.warn('api.stream_broken', { error });
  } finally {
    stopListening();
    close();
  }
}

async function follow(
  { tail, now }: Pick<ApiDeps, 'tail' | 'now'>,
  c: Context<ApiEnv>,
  { to, lastId, signal }: Omit<Serving, 'close'>,
): Promise<void> {
  const { principal, expiresAt = Infinity } = c.get('caller');
  let at = lastId ?? (await tail.newest());
  await to.write(`retry: 2000\nid: ${at}\nevent: ready\ndata: {}\n\n`);
  while (!signal.aborted && now() < expiresAt) {
    const withinMs = Math.min(HEARTBEAT_MS, expiresAt - now());
    const events = await tail.after(at, { signal, withinMs });
    if (signal.aborted || now() >= expiresAt) return;
    if (events === undefined) {
      at = await tail.newest();
      await to.write(`id: ${at}\nevent: reset\ndata: {}\n\n`);
      continue;
    }
    const visible = events.filter((event) => isVisible(principal, event));
    at = events.at(-1)?.id ?? at;
    // An id alone is no event, but a client that comes again begins there.
    await to.write(visible.length > 0 ? visible.map(textOf).join('') : `: ${events.length}\nid: ${at}\n\n`);
  }
}

function isVisible(principal: Operator, { about, type }: StoredEvent): boolean {
  if (about !== undefined) return maySee(principal, about);
  return principal.repos === undefined && (type !== 'token' || principal.scope === 'admin');
}

const texts = new WeakMap<StoredEvent, string>();

/** Made once for all streams. */
function textOf(event: StoredEvent): string {
  const made = texts.get(event);
  if (made !== undefined) return made;
  const text = `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(showEvent(event))}\n\n`;
  texts.set(event, text);
  return text;
}

function tooMany(): ApiProblem {
  const headers = { 'retry-after': '30' };
  return new ApiProblem(503, 'busy', 'Too many event streams are open; close some, or come later.', {
    headers,
  });
}
