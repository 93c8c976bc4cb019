// The app about itself, where it is installed, and tokens for there.
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Core } from '../core.js';
import { accountById, lookUpRepo, Refusal, repoById } from '../state.js';
import type { Repo } from '../types.js';
import { createInstallationToken, installationAt } from './apps.js';
import type { App, Apps, Installation } from './apps.js';
import { answer, input, numberIn, page } from './http.js';
import type { GithubContext, GithubEnv } from './http.js';
import { apiUrl, nodeId, renderRepo, renderUser } from './render.js';
import type { Schema } from './schema.js';

const tokenWish = z.object({
  repository_ids: z.array(z.int()).optional(),
  repositories: z.array(z.string()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
});

export function appRoutes(core: Core, apps: Apps, routes: Hono<GithubEnv>): void {
  const { state } = core;
  routes.get('/app', (c) => answer(renderApp(core, appIn(c))));
  routes.get('/app/installations', (c) => {
    const app = appIn(c);
    const all = [...apps.installations.values()].filter((one) => one.app === app);
    return page(core, c, all, (one) => renderInstallation(core, one));
  });
  routes.post('/app/installations/:id{[0-9]+}/access_tokens', async (c) => {
    const installation = apps.installations.get(numberIn(c, 'id'));
    if (installation === undefined || installation.app !== appIn(c))
      throw new Refusal('not_found', 'Not Found');
    const wish = await input(c, 'InstallationToken', tokenWish);
    const repos = reposWished(core, installation, wish);
    const made = createInstallationToken(core, apps, installation, { repos, permissions: wish.permissions });
    const body: Schema['installation-token'] = {
      token: made.token.value,
      expires_at: new Date(made.token.expiresAtMs ?? 0).toISOString().replace(/\.\d+Z$/, 'Z'),
      permissions: made.permissions,
      repository_selection: repos === undefined ? 'all' : 'selected',
      ...(repos === undefined
        ? {}
        : { repositories: repos.map((repo) => renderRepo(state, repo, undefined)) }),
    };
    return answer(body, 201);
  });
  routes.get('/installation/repositories', (c) => {
    const installation = c.get('installation');
    if (installation === undefined) throw new Refusal('unauthorized', 'Requires authentication');
    const repos = [...state.repos.values()].filter((repo) => repo.ownerId === installation.accountId);
    const repositories = repos.map((repo) => renderRepo(state, repo, c.get('account')));
    return answer({ total_count: repos.length, repository_selection: 'all', repositories });
  });
  routes.get('/repos/:owner/:repo/installation', (c) => {
    const app = appIn(c);
    const found = lookUpRepo(state, `${c.req.param('owner')}/${c.req.param('repo')}`);
    if (found.kind === 'none') throw new Refusal('not_found', 'Not Found');
    if (found.kind === 'moved') {
      const location = `${apiUrl(state)}/repositories/${found.repo.id}/installation`;
      return answer({ message: 'Moved Permanently', url: location }, 301, { location });
    }
    const installation = installationAt(apps, app, found.repo.ownerId);
    if (installation === undefined) throw new Refusal('not_found', 'Not Found');
    return answer(renderInstallation(core, installation));
  });
}

function appIn(c: GithubContext): App {
  const app = c.get('app');
  if (app === undefined) throw new Refusal('unauthorized', 'A JSON web token could not be decoded');
  return app;
}

function reposWished(
  core: Core,
  installation: Installation,
  wish: z.output<typeof tokenWish>,
): Repo[] | undefined {
  if (wish.repository_ids === undefined && wish.repositories === undefined) return undefined;
  const owner = accountById(core.state, installation.accountId).login;
  const byName = (wish.repositories ?? []).map((name) => lookUpRepo(core.state, `${owner}/${name}`));
  const repos = [
    ...(wish.repository_ids ?? []).map((id) => repoById(core.state, id)),
    ...byName.flatMap((found) => (found.kind === 'none' ? [] : [found.repo])),
  ];
  if (repos.some((repo) => repo.ownerId !== installation.accountId))
    throw new Refusal(
      'invalid',
      'There is at least one repository that does not exist or is not accessible.',
    );
  return repos;
}

function renderApp(core: Core, app: App): NonNullable<Schema['integration']> {
  return {
    id: app.id,
    slug: app.slug,
    client_id: `practice-client-${app.id}`,
    node_id: nodeId('A', app.id),
    owner: renderUser(core.state, app.owner),
    name: app.slug,
    description: null,
    external_url: core.state.baseUrl,
    html_url: `${core.state.baseUrl}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: { ...app.permissions },
    events: [...app.events],
  };
}

function renderInstallation(core: Core, one: Installation): Schema['installation'] {
  const account = accountById(core.state, one.accountId);
  const url = `${apiUrl(core.state)}/app/installations/${one.id}`;
  return {
    id: one.id,
    account: renderUser(core.state, account),
    repository_selection: 'all',
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${apiUrl(core.state)}/installation/repositories`,
    html_url: `${core.state.baseUrl}/settings/installations/${one.id}`,
    app_id: one.app.id,
    target_id: account.id,
    target_type: account.kind === 'organization' ? 'Organization' : 'User',
    permissions: one.app.permissions,
    events: [...one.app.events],
    created_at: one.createdAt,
    updated_at: one.createdAt,
    single_file_name: null,
    app_slug: one.app.slug,
    suspended_by: null,
    suspended_at: null,
  };
}
