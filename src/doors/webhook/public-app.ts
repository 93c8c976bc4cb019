// What the public listener answers: webhooks and health.
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { describeError } from '../../support/errors.js';
import { problem } from '../http/problem.js';
import { webhookRoutes, type WebhookDeps } from './door.js';
import { wrongPathTeller } from './wrong-path.js';

export interface PublicDeps extends WebhookDeps {
  /** What is not ready, in sentences without secrets; empty when everything is. */
  readonly missing: () => Promise<readonly string[]>;
  /** What people should know of, though it is ready: sentences that strangers may read. */
  readonly notes: () => readonly string[];
  readonly webhookUrls: readonly string[];
}

export function publicApp(deps: PublicDeps): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>({ strict: false });
  const tellWrongPath = wrongPathTeller(deps);
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', async (c) => {
    const missing = await deps.missing();
    if (missing.length === 0) return c.text(['ready', ...deps.notes(), ''].join('\n'));
    return c.text(`not ready: ${missing.join('; ')}\n`, 503, { 'retry-after': '5' });
  });
  app.route('/', webhookRoutes(deps));
  app.notFound((c) => {
    tellWrongPath(c.req.method, c.req.path);
    return problem(c, 404);
  });
  app.onError((error, c) => {
    deps.log.error('http.fault', { path: c.req.path.slice(0, 200), why: describeError(error), error });
    return problem(c, 500);
  });
  return app;
}
