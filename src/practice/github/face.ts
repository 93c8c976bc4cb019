// The GitHub face: `/api/v3` as a GitHub Enterprise Server has it, with tokens of accounts and of apps.
import { Hono } from 'hono';
import type { Core } from '../core.js';
import type { Face, PracticeEnv } from '../face.js';
import { accessOf, allows, lookUpRepo, Refusal } from '../state.js';
import type { RefusalCode } from '../state.js';
import { appOfJwt, createApps, letIn } from './apps.js';
import type { Apps } from './apps.js';
import { createGithubControl } from './control.js';
import { renderDeliveries } from './deliver.js';
import { answer, failure, Unprocessable, unprocessable } from './http.js';
import type { GithubContext, GithubEnv } from './http.js';
import { mayCall, reaches } from './permissions.js';
import { apiUrl } from './render.js';
import { appRoutes } from './routes-apps.js';
import { hookRoutes } from './routes-hooks.js';
import { issueRoutes } from './routes-issues.js';
import { labelRoutes } from './routes-labels.js';
import { pullRoutes } from './routes-pulls.js';
import { repoRoutes } from './routes-repos.js';
import { reviewRoutes } from './routes-reviews.js';

export function createGithubFace(core: Core): Face {
  const apps = createApps();
  const routes = new Hono<GithubEnv>();
  routes.onError(fail);
  routes.notFound(() => failure(404, 'Not Found'));
  routes.use(async (c, next) => signIn(apps, c) ?? next());
  routes.use(async (c, next) => {
    await next();
    tellScopes(c);
  });
  appRoutes(core, apps, routes);
  const findRepo = async (c: GithubContext, next: () => Promise<void>) => repoAt(core, c) ?? next();
  routes.use('/repos/:owner/:repo', findRepo);
  routes.use('/repos/:owner/:repo/*', findRepo);
  repoRoutes(core, routes);
  for (const part of [issueRoutes, labelRoutes, pullRoutes, reviewRoutes, hookRoutes]) part(core, routes);
  const app = new Hono<PracticeEnv>();
  app.route('/', routes);
  return {
    name: 'github',
    prefix: '/api/v3',
    routes: app,
    control: createGithubControl(core, apps),
    deliveryTimeoutMs: 10_000,
    render: (event, hook, guid) => renderDeliveries(core.state, apps, event, hook, guid),
  };
}

/** Of a classic token every answer names the scopes; a token without a list is a fine-grained one, which tells nothing. */
function tellScopes(c: GithubContext): void {
  const scopes = c.get('token')?.scopes;
  if (scopes !== undefined && c.get('installation') === undefined)
    c.res.headers.set('x-oauth-scopes', scopes.join(', '));
}

/** A token signs in an account or an installation, a JWT an app; what is neither is refused everywhere. */
function signIn(apps: Apps, c: GithubContext): Response | undefined {
  const token = c.get('token');
  c.set('installation', token === undefined ? undefined : apps.ofToken.get(token.value));
  const header = c.req.header('authorization');
  if (header === undefined || c.get('account') !== undefined) return undefined;
  const jwt = /^bearer\s+([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header)?.[1];
  if (jwt === undefined) return failure(401, 'Bad credentials');
  c.set('app', appOfJwt(apps, jwt, Date.now()));
  return undefined;
}

/** Sets the repository; an old path answers with a redirect to the address by id. */
function repoAt(core: Core, c: GithubContext): Response | undefined {
  const owner = c.req.param('owner') ?? '';
  const name = c.req.param('repo') ?? '';
  const found = lookUpRepo(core.state, `${owner}/${name}`);
  if (found.kind === 'none') return failure(404, 'Not Found');
  const installation = c.get('installation');
  if (installation !== undefined) {
    letIn(installation, found.repo);
    if (!reaches(installation, c.get('token'), found.repo)) return failure(404, 'Not Found');
  }
  if (!allows(accessOf(core.state, found.repo, c.get('account')), 'read')) return failure(404, 'Not Found');
  const { pathname, search } = new URL(c.req.url);
  const rest = pathname.slice(`/api/v3/repos/${owner}/${name}`.length);
  if (found.kind === 'moved') {
    const location = `${apiUrl(core.state)}/repositories/${found.repo.id}${rest}${search}`;
    const message = 'Moved Permanently';
    return answer({ message, url: location }, c.req.method === 'GET' ? 301 : 307, { location });
  }
  if (installation !== undefined && !mayCall(c.get('token'), c.req.method, rest))
    return failure(403, 'Resource not accessible by integration');
  c.set('repo', found.repo);
  return undefined;
}

const STATUS: Readonly<Record<RefusalCode, number>> = {
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  no_such_user: 404,
  archived: 403,
  invalid: 422,
  empty: 422,
  exists: 422,
  no_changes: 422,
  own_pull: 422,
  not_mergeable: 405,
  gone: 410,
};

function fail(error: Error): Response {
  if (error instanceof Unprocessable) return unprocessable(error);
  if (!(error instanceof Refusal)) {
    process.stderr.write(`practice forge: ${error.stack ?? error.message}\n`);
    return failure(500, 'Server Error');
  }
  return failure(STATUS[error.code], wordsFor(error));
}

function wordsFor(error: Refusal): string {
  switch (error.code) {
    case 'not_found':
    case 'no_such_user':
      return 'Not Found';
    case 'archived':
      return 'Repository was archived so is read-only.';
    case 'own_pull':
      return 'Unprocessable Entity: Can not approve or reject your own pull request';
    case 'not_mergeable':
      return 'Pull Request is not mergeable';
    default:
      return error.message;
  }
}
