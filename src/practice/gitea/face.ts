// The Gitea face: `/api/v1` with its statuses, words and traps, as recorded from a real Gitea 1.26.
import { Hono } from 'hono';
import type { Core } from '../core.js';
import type { Face, PracticeEnv } from '../face.js';
import { lookUpRepo, pathOf, Refusal } from '../state.js';
import type { RefusalCode } from '../state.js';
import { renderDelivery } from './deliver.js';
import { answer, failure, maySee } from './http.js';
import type { GiteaContext, GiteaEnv } from './http.js';
import { commentRoutes } from './routes-comments.js';
import { hookRoutes } from './routes-hooks.js';
import { issueRoutes } from './routes-issues.js';
import { labelRoutes } from './routes-labels.js';
import { pullRoutes } from './routes-pulls.js';
import { repoRoutes } from './routes-repos.js';
import { reviewRoutes } from './routes-reviews.js';
import { siteRoutes } from './routes-site.js';
import { missingScope } from './scopes.js';

export function createGiteaFace(core: Core): Face {
  const routes = new Hono<GiteaEnv>();
  routes.onError((error) => fail(core, error));
  routes.use(async (c, next) => {
    const problem = signIn(core, c);
    return problem ?? next();
  });
  const findRepo = async (c: GiteaContext, next: () => Promise<void>) => repoAt(core, c) ?? next();
  routes.use('/repos/:owner/:repo', findRepo);
  routes.use('/repos/:owner/:repo/*', findRepo);
  for (const part of [
    siteRoutes,
    repoRoutes,
    commentRoutes,
    labelRoutes,
    issueRoutes,
    reviewRoutes,
    pullRoutes,
    hookRoutes,
  ]) {
    part(core, routes);
  }
  routes.all('*', () => {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    return new Response('404 page not found\n', { status: 404, headers });
  });
  const app = new Hono<PracticeEnv>();
  app.route('/', routes);
  return {
    name: 'gitea',
    prefix: '/api/v1',
    routes: app,
    deliveryTimeoutMs: 5000,
    render: (event, hook) => renderDelivery(core.state, event, hook),
  };
}

/** A wrong token is a 401 everywhere; none at all only where somebody must be signed in. */
function signIn(core: Core, c: GiteaContext): Response | undefined {
  const given = c.req.header('authorization') !== undefined;
  if (given && c.get('account') === undefined)
    return failure(core, 401, 'user does not exist [uid: 0, name: ]');
  const scopes = c.get('token')?.scopes;
  const missing = missingScope(scopes, c.req.method, c.req.path.replace(/^\/api\/v1/, ''));
  if (missing === undefined) return undefined;
  const words = `token does not have at least one of required scope(s), required=[${missing}], token scope=${scopes?.join(',') ?? ''}`;
  return failure(core, 403, words);
}

/** Sets the repository; an old path answers with a redirect, to a POST without a body. */
function repoAt(core: Core, c: GiteaContext): Response | undefined {
  const owner = c.req.param('owner') ?? '';
  const name = c.req.param('repo') ?? '';
  const found = lookUpRepo(core.state, `${owner}/${name}`);
  if (found.kind === 'none' || !maySee(core, found.repo, c.get('account')))
    return failure(core, 404, 'not found', { errors: null });
  if (found.kind === 'found') {
    c.set('repo', found.repo);
    return undefined;
  }
  const url = new URL(c.req.url);
  const before = `/api/v1/repos/${owner}/${name}`;
  const location = `/api/v1/repos/${pathOf(core.state, found.repo)}${url.pathname.slice(before.length)}${url.search}`;
  if (c.req.method !== 'GET') return new Response(null, { status: 301, headers: { location } });
  const body = `<a href="${location.replaceAll('&', '&amp;').replaceAll('"', '&#34;')}">Moved Permanently</a>.\n\n`;
  return new Response(body, {
    status: 301,
    headers: { location, 'content-type': 'text/html; charset=utf-8' },
  });
}

const STATUS: Record<RefusalCode, number> = {
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  no_such_user: 404,
  archived: 423,
  invalid: 422,
  empty: 422,
  exists: 409,
  no_changes: 422,
  own_pull: 422,
  not_mergeable: 405,
  gone: 410,
};

function fail(core: Core, error: Error): Response {
  if (!(error instanceof Refusal)) {
    process.stderr.write(`practice forge: ${error.stack ?? error.message}\n`);
    return answer({ message: '', url: `${core.state.baseUrl}/api/swagger` }, 500);
  }
  return failure(core, STATUS[error.code], error.message, error.code === 'not_found' ? { errors: null } : {});
}
