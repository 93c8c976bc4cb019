// The practice forge's one HTTP server: both faces, git, pages and control over the same state.
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { Context, Next } from 'hono';
import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { identify } from './auth.js';
import { createControl } from './control.js';
import { createExclusive } from './core.js';
import type { Core } from './core.js';
import { createDeliveries } from './deliveries.js';
import type { Face, PracticeEnv } from './face.js';
import { createFaults } from './faults.js';
import type { RequestEffect } from './faults.js';
import { createGitHttp } from './git-http.js';
import { createGitStore } from './git-store.js';
import { createGiteaFace } from './gitea/face.js';
import { createGithubFace } from './github/face.js';
import { createPages } from './pages.js';
import type { RequestLogLine } from './request-log.js';
import { createState } from './state.js';
import type { FaceName } from './types.js';

/** Listens on loopback; `port` 0 takes a free one. `home` is made if it is not there. */
export async function servePractice(options: { home: string; port: number }) {
  await mkdir(options.home, { recursive: true });
  const state = createState(options.home);
  const faults = createFaults();
  const deliveries = createDeliveries({ state, faults, faces: () => faces });
  const git = createGitStore(options.home);
  const core: Core = { state, git, emit: deliveries.emit, exclusive: createExclusive() };
  const faces: Record<FaceName, Face> = { gitea: createGiteaFace(core), github: createGithubFace(core) };
  const requests: RequestLogLine[] = [];
  const gitHttp = await createGitHttp(core);

  const app = new Hono<PracticeEnv>();
  app.route('/practice', createControl({ core, faults, deliveries, requests, faces }));
  app.use(createGuard({ core, faults, deliveries, requests }));
  for (const face of Object.values(faces)) app.route(face.prefix, face.routes);
  app.all('/:owner/:name{.+\\.git}/*', gitHttp);
  app.route('/', createPages(core));

  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  state.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: state.baseUrl,
    core,
    async stop(): Promise<void> {
      deliveries.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface GuardDeps {
  readonly core: Core;
  readonly faults: ReturnType<typeof createFaults>;
  readonly deliveries: ReturnType<typeof createDeliveries>;
  readonly requests: RequestLogLine[];
}

/** Around every request: who asks, faults before and after, the log, and deliveries only once the answer is out. */
function createGuard(deps: GuardDeps) {
  return async (c: Context<PracticeEnv>, next: Next): Promise<void | Response> => {
    const identity = identify(deps.core.state, c.req.header('authorization'));
    c.set('account', identity.kind === 'known' ? identity.account : undefined);
    c.set('token', identity.kind === 'known' ? identity.token : undefined);
    const url = new URL(c.req.url);
    const asked = { method: c.req.method, path: url.pathname + url.search, user: c.get('account')?.login };
    const effect = deps.faults.forRequest(asked);
    const answering = deps.deliveries.begin();
    const outgoing = c.env.outgoing;
    outgoing.on('close', () => {
      deps.deliveries.sendNow(answering);
      const answered = outgoing.writableFinished && effect?.kind !== 'cut' && effect?.kind !== 'cut_after';
      const status = answered ? outgoing.statusCode : 0;
      deps.requests.push({ ...asked, at: new Date().toISOString(), status, fault: effect?.kind });
    });
    if (effect?.kind === 'hang') await deps.faults.cleared();
    const held = effect?.kind === 'held' ? effect : undefined;
    if (held?.when === 'before') await deps.faults.hold(held);
    c.set('beforeAnswer', async () => (held?.when === 'after' ? await deps.faults.hold(held) : undefined));
    const before = await playBefore(c, effect);
    if (before !== undefined) return before;
    c.set('afterEffect', effect?.kind === 'fail_after' || effect?.kind === 'cut_after' ? effect : undefined);
    await deps.deliveries.within(answering, next);
    await playAfter(c, effect);
  };
}

async function playBefore(
  c: Context<PracticeEnv>,
  effect: RequestEffect | undefined,
): Promise<Response | undefined> {
  switch (effect?.kind) {
    case 'slow':
      await pause(effect.ms);
      return undefined;
    case 'fail':
      return Response.json(
        { message: effect.message ?? 'the practice forge was told to fail' },
        { status: effect.status },
      );
    case 'rate_limit': {
      const headers = { 'retry-after': String(effect.retryAfterSeconds) };
      return Response.json(
        { message: 'You have exceeded a secondary rate limit' },
        { status: effect.status ?? 429, headers },
      );
    }
    case 'cut':
      c.env.incoming.socket.destroy();
      return new Response(null, { status: 500 });
    default:
      return undefined;
  }
}

/** Git has played it by itself, as its answer went to the socket directly. */
async function playAfter(c: Context<PracticeEnv>, effect: RequestEffect | undefined): Promise<void> {
  if (c.env.outgoing.headersSent || c.env.incoming.socket.destroyed) return;
  await c.get('beforeAnswer')();
  if (effect?.kind === 'cut_after') c.env.incoming.socket.destroy();
  if (effect?.kind === 'fail_after') {
    c.res = undefined;
    c.res = Response.json(
      { message: 'the practice forge was told to fail after doing it' },
      { status: effect.status },
    );
  }
}
