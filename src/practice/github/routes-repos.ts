// Accounts, repositories, who may do what in them, branches, commit statuses.
import type { Hono } from 'hono';
import { z } from 'zod';
import { demand } from '../core.js';
import type { Core } from '../core.js';
import { createStatus, statusesOf } from '../ops-hooks.js';
import { afterReceive } from '../ops-push.js';
import { forkRepo, renameRepo, setArchived, setCollaborator } from '../ops-repos.js';
import { accessOf, accountById, allows, findAccount, ownsRepo, Refusal, repoById } from '../state.js';
import type { Account, CommitStatus } from '../types.js';
import { answer, failure, input, nothing, page, signedIn, Unprocessable } from './http.js';
import type { GithubContext, GithubEnv } from './http.js';
import { nodeId, renderRepo, renderUser, repoApi } from './render.js';
import { reaches } from './permissions.js';
import type { Schema } from './schema.js';

const repoChange = z.object({
  name: z.string().optional(),
  archived: z.boolean().optional(),
  private: z.boolean().optional(),
  description: z.string().optional(),
  default_branch: z.string().optional(),
});
const newStatus = z.object({
  state: z.enum(['pending', 'success', 'error', 'failure']),
  context: z.string().default('default'),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});

export function repoRoutes(core: Core, routes: Hono<GithubEnv>): void {
  const { state } = core;
  const at = '/repos/:owner/:repo';
  routes.get('/user', (c) => {
    if (c.get('installation') !== undefined) return failure(403, 'Resource not accessible by integration');
    return answer(renderPrivateUser(core, signedIn(c)));
  });
  routes.get('/user/repos', (c) => {
    const by = signedIn(c);
    const own = [...state.repos.values()].filter(
      (repo) => repo.collaborators.has(by.id) || ownsRepo(state, repo, by),
    );
    return page(core, c, own, (repo) => renderRepo(state, repo, by));
  });
  routes.get('/users/:login', (c) => answer(renderUser(state, accountNamed(core, c.req.param('login')))));
  routes.get('/repositories/:id{[0-9]+}', (c) => {
    const repo = repoById(state, Number(c.req.param('id')));
    const installation = c.get('installation');
    const hidden = installation !== undefined && !reaches(installation, c.get('token'), repo);
    if (hidden || !allows(accessOf(state, repo, c.get('account')), 'read'))
      throw new Refusal('not_found', 'Not Found');
    return answer(renderRepo(state, repo, c.get('account')));
  });
  routes.get(at, (c) => answer(renderRepo(state, c.get('repo'), c.get('account'))));
  routes.patch(at, async (c) => {
    await changeRepo(core, c);
    return answer(renderRepo(state, c.get('repo'), c.get('account')));
  });
  routes.post(`${at}/forks`, async (c) => {
    const fork = await forkRepo(core, signedIn(c), c.get('repo'));
    return answer(renderRepo(state, fork, c.get('account')), 202);
  });
  collaboratorRoutes(core, routes);
  branchRoutes(core, routes);
  statusRoutes(core, routes);
}

async function changeRepo(core: Core, c: GithubContext): Promise<void> {
  const repo = c.get('repo');
  const by = demand(core, repo, c.get('account'), 'admin', 'Must have admin rights to Repository.');
  const wish = await input(c, 'Repository', repoChange);
  if (wish.name !== undefined) renameRepo(core, by, repo, wish.name);
  if (wish.private !== undefined) repo.private = wish.private;
  if (wish.description !== undefined) repo.description = wish.description;
  if (wish.default_branch !== undefined) repo.defaultBranch = wish.default_branch;
  if (wish.archived !== undefined) setArchived(core, by, repo, wish.archived);
}

/** A token needs push access to ask; an app only its metadata permission. */
function collaboratorRoutes(core: Core, routes: Hono<GithubEnv>): void {
  const { state } = core;
  const at = '/repos/:owner/:repo/collaborators/:login';
  routes.get(`${at}/permission`, (c) => {
    const repo = c.get('repo');
    const may = accessOf(state, repo, signedIn(c));
    if (c.get('installation') === undefined && !allows(may, 'write'))
      return failure(403, 'Must have push access to view collaborator permission.');
    const whom = findAccount(state, c.req.param('login'));
    if (whom === undefined) return failure(404, `${c.req.param('login')} is not a user`);
    const permission = accessOf(state, repo, whom);
    const body: Schema['repository-collaborator-permission'] = {
      permission,
      role_name: permission,
      user: { ...renderUser(state, whom), role_name: permission },
    };
    return answer(body);
  });
  routes.put(at, async (c) => {
    const wish = z.object({
      permission: z.enum(['pull', 'triage', 'push', 'maintain', 'admin']).default('push'),
    });
    const { permission } = await input(c, 'Collaborator', wish);
    const access = {
      pull: 'read',
      triage: 'read',
      push: 'write',
      maintain: 'write',
      admin: 'admin',
    } as const;
    const whom = accountNamed(core, c.req.param('login'));
    setCollaborator(core, c.get('account'), c.get('repo'), whom, access[permission]);
    return nothing();
  });
  routes.delete(at, (c) => {
    setCollaborator(core, c.get('account'), c.get('repo'), accountNamed(core, c.req.param('login')), 'none');
    return nothing();
  });
}

function branchRoutes(core: Core, routes: Hono<GithubEnv>): void {
  const at = '/repos/:owner/:repo';
  routes.get(`${at}/branches`, (c) => {
    const repo = c.get('repo');
    return page(core, c, [...repo.branches], ([name, sha]): Schema['short-branch'] => ({
      name,
      commit: { sha, url: `${repoApi(core.state, repo)}/commits/${sha}` },
      protected: repo.protectedBranches.has(name),
    }));
  });
  routes.delete(`${at}/git/refs/heads/:name{.+}`, async (c) => {
    const repo = c.get('repo');
    const by = demand(core, repo, c.get('account'), 'write');
    const name = c.req.param('name');
    if (!repo.branches.has(name))
      throw new Unprocessable([{ resource: 'Reference', code: 'invalid', field: 'ref' }]);
    await core.exclusive(repo, async () => {
      await core.git.setRef(repo.dir, `refs/heads/${name}`, '');
      await afterReceive(core, repo, by);
    });
    return nothing();
  });
}

function statusRoutes(core: Core, routes: Hono<GithubEnv>): void {
  const { state } = core;
  const at = '/repos/:owner/:repo';
  const show = (c: GithubContext, status: CommitStatus): Schema['status'] => ({
    url: `${repoApi(state, c.get('repo'))}/statuses/${status.sha}`,
    avatar_url: null,
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.at,
    updated_at: status.at,
    creator: renderUser(state, accountById(state, status.creatorId)),
  });
  routes.post(`${at}/statuses/:sha`, async (c) => {
    const wish = await input(c, 'Status', newStatus);
    const status = await createStatus(core, c.get('repo'), c.get('account'), {
      sha: c.req.param('sha'),
      state: wish.state,
      context: wish.context,
      description: wish.description ?? '',
      targetUrl: wish.target_url ?? '',
    });
    return answer(show(c, status), 201);
  });
  routes.get(`${at}/commits/:sha/statuses`, (c) =>
    page(core, c, statusesOf(core, c.get('repo'), c.req.param('sha')), (status) => show(c, status)),
  );
}

function renderPrivateUser(core: Core, account: Account): Schema['private-user'] {
  return {
    ...renderUser(core.state, account),
    name: null,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
    private_gists: 0,
    total_private_repos: 0,
    owned_private_repos: 0,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
  };
}

export function accountNamed(core: Core, login: string): Account {
  const account = findAccount(core.state, login);
  if (account === undefined) throw new Refusal('not_found', 'Not Found');
  return account;
}
