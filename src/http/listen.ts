// The public listener: webhooks and health, with the limits that keep slow and greedy clients away.
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { describeError } from '../support/errors.js';
import type { Log } from '../support/log.js';
import { problem } from './problem.js';
import { webhookRoutes, type WebhookDeps } from './webhooks.js';

export interface ListenDeps extends WebhookDeps {
  readonly ready: () => boolean;
}

export function publicApp(deps: ListenDeps): Hono {
  const app = new Hono();
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', (c) => (deps.ready() ? c.text('ready\n') : problem(c, 503, { 'retry-after': '5' })));
  app.route('/', webhookRoutes(deps));
  app.notFound((c) => problem(c, 404));
  app.onError((error, c) => {
    deps.log.error('http.fault', { path: c.req.path.slice(0, 200), why: describeError(error), error });
    return problem(c, 500);
  });
  return app;
}

export interface Listener {
  /** `http://HOST:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

/** Slow headers and slow bodies are cut off before a forge's own deadline of ten seconds. */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 8_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
};
const MOST_CONNECTIONS = 512;

export async function listen(app: Hono, log: Log, host: string, port: number): Promise<Listener> {
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: LIMITS }) as Server;
  server.maxConnections = MOST_CONNECTIONS;
  server.on('clientError', (error, socket) => {
    log.warn('http.client_error', { why: describeError(error) });
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 2_000).unref();
      }),
  };
}
