// The Gitea itself, its accounts and organisations.
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Core } from '../core.js';
import { createAccount, createRepo } from '../ops-repos.js';
import { findAccount, Refusal } from '../state.js';
import type { Account } from '../types.js';
import { accountNamed, answer, input } from './http.js';
import type { GiteaContext, GiteaEnv } from './http.js';
import { renderRepoFor, renderUser } from './render.js';

const newRepo = z.object({
  name: z.string(),
  description: z.string().optional(),
  private: z.boolean().optional(),
  default_branch: z.string().optional(),
  auto_init: z.boolean().default(false),
});

export function siteRoutes(core: Core, app: Hono<GiteaEnv>): void {
  const { state } = core;
  app.get('/version', () => answer({ version: '1.26.0+practice' }));
  app.get('/settings/api', () =>
    answer({
      max_response_items: 50,
      default_paging_num: 30,
      default_git_trees_per_page: 1000,
      default_max_blob_size: 10485760,
      default_max_response_size: 104857600,
    }),
  );
  app.get('/user', (c) => {
    const account = signedIn(c);
    return answer(renderUser(state, account, account));
  });
  app.get('/users/:login', (c) =>
    answer(renderUser(state, accountNamed(core, c.req.param('login')), c.get('account'))),
  );
  app.get('/orgs/:org', (c) => answer(renderOrganisation(core, organisation(core, c))));
  app.post('/orgs', async (c) => {
    const by = signedIn(c);
    const { username } = await input(c, z.object({ username: z.string() }));
    const made = createAccount(state, { login: username, kind: 'organization', ownerIds: [by.id] });
    return answer(renderOrganisation(core, made), 201);
  });
  app.post('/orgs/:org/repos', async (c) => makeRepo(core, c, organisation(core, c)));
  app.post('/user/repos', async (c) => makeRepo(core, c, signedIn(c)));
}

async function makeRepo(core: Core, c: GiteaContext, owner: Account): Promise<Response> {
  const by = signedIn(c);
  if (owner.id !== by.id && !owner.ownerIds.includes(by.id) && !by.siteAdmin) {
    throw new Refusal('forbidden', 'Given user is not allowed to create repository in organization.');
  }
  const wish = await input(c, newRepo);
  const repo = await createRepo(core, by, {
    owner,
    name: wish.name,
    description: wish.description,
    private: wish.private,
    defaultBranch: wish.default_branch,
    files: wish.auto_init ? { 'README.md': `# ${wish.name}\n` } : undefined,
  });
  return answer(renderRepoFor(core.state, repo, by), 201);
}

export function signedIn(c: GiteaContext): Account {
  const account = c.get('account');
  if (account === undefined) throw new Refusal('unauthorized', 'token is required');
  return account;
}

export function organisation(core: Core, c: GiteaContext): Account {
  const found = findAccount(core.state, c.req.param('org') ?? '');
  if (found?.kind !== 'organization') throw new Refusal('not_found', 'not found');
  return found;
}

function renderOrganisation(core: Core, account: Account) {
  return {
    id: account.id,
    name: account.login,
    full_name: '',
    email: '',
    avatar_url: `${core.state.baseUrl}/avatars/${account.id}`,
    description: '',
    website: '',
    location: '',
    visibility: 'public',
    repo_admin_change_team_access: false,
    username: account.login,
  };
}
