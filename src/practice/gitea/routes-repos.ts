// Repositories, who may do what in them, branches, forks, commit statuses.
import type { Hono } from 'hono';
import { z } from 'zod';
import { ADMIN_WORDS, demand } from '../core.js';
import type { Core } from '../core.js';
import { createStatus, statusesOf } from '../ops-hooks.js';
import { forkRepo, renameRepo, setArchived, setCollaborator } from '../ops-repos.js';
import { afterReceive } from '../ops-push.js';
import { accessOf, accountById, allows, nextId, nowIso, pathOf, Refusal, repoById } from '../state.js';
import type { CommitStatus, Repo } from '../types.js';
import { accountNamed, answer, failure, input, maySee, nothing, page, total } from './http.js';
import type { GiteaContext, GiteaEnv } from './http.js';
import { permissionWord, renderMilestone, renderRepoFor, renderUser } from './render.js';
import { signedIn } from './routes-site.js';

const ASK_WORDS =
  'Only admins can query all permissions, repo admins can query all repo permissions, collaborators can query only their own';

const repoChange = z.object({
  name: z.string().optional(),
  archived: z.boolean().optional(),
  private: z.boolean().optional(),
  description: z.string().optional(),
  default_branch: z.string().optional(),
});

const newStatus = z.object({
  state: z.enum(['pending', 'success', 'error', 'failure', 'warning', 'skipped']),
  context: z.string().default('default'),
  description: z.string().default(''),
  target_url: z.string().default(''),
});

export function repoRoutes(core: Core, app: Hono<GiteaEnv>): void {
  const { state } = core;
  app.get('/repositories/:id{[0-9]+}', (c) => {
    const repo = repoById(state, Number(c.req.param('id')));
    if (!maySee(core, repo, c.get('account'))) throw new Refusal('not_found', 'not found');
    return answer(renderRepoFor(state, repo, c.get('account')));
  });
  app.get('/repos/search', (c) => {
    const seen = [...state.repos.values()].filter((repo) => maySee(core, repo, c.get('account')));
    const { items, headers } = page(core, c, seen, { link: true });
    const data = items.map((repo) => renderRepoFor(state, repo, c.get('account')));
    return answer({ ok: true, data }, 200, headers);
  });
  app.get('/repos/:owner/:repo', (c) => answer(renderRepoFor(state, c.get('repo'), c.get('account'))));
  app.patch('/repos/:owner/:repo', async (c) => {
    await changeRepo(core, c);
    return answer(renderRepoFor(state, c.get('repo'), c.get('account')));
  });
  app.post('/repos/:owner/:repo/forks', async (c) => {
    const fork = await forkRepo(core, signedIn(c), c.get('repo'));
    return answer(renderRepoFor(state, fork, c.get('account')), 202);
  });
  app.post('/repos/:owner/:repo/milestones', async (c) => {
    demand(core, c.get('repo'), c.get('account'), 'write');
    const { title } = await input(c, z.object({ title: z.string() }));
    const milestone = {
      id: nextId(state, 'milestone'),
      repoId: c.get('repo').id,
      title,
      createdAt: nowIso(),
    };
    state.milestones.set(milestone.id, milestone);
    return answer(renderMilestone(state, milestone), 201);
  });
  collaboratorRoutes(core, app);
  branchRoutes(core, app);
  statusRoutes(core, app);
}

async function changeRepo(core: Core, c: GiteaContext): Promise<void> {
  const repo = c.get('repo');
  const by = c.get('account');
  demand(core, repo, by, 'admin', ADMIN_WORDS);
  const wish = await input(c, repoChange);
  if (wish.name !== undefined) renameRepo(core, by, repo, wish.name);
  if (wish.private !== undefined) repo.private = wish.private;
  if (wish.description !== undefined) repo.description = wish.description;
  if (wish.default_branch !== undefined) repo.defaultBranch = wish.default_branch;
  if (wish.archived !== undefined) setArchived(core, by, repo, wish.archived);
}

function collaboratorRoutes(core: Core, app: Hono<GiteaEnv>): void {
  const { state } = core;
  const at = '/repos/:owner/:repo/collaborators/:login';
  app.get(`${at}/permission`, (c) => {
    const repo = c.get('repo');
    const by = signedIn(c);
    const login = c.req.param('login');
    const mayAsk =
      allows(accessOf(state, repo, by), 'admin') || by.login.toLowerCase() === login.toLowerCase();
    if (!mayAsk) throw new Refusal('forbidden', ASK_WORDS);
    const whom = accountNamed(core, login);
    const word = permissionWord(state, repo, whom);
    return answer({ permission: word, role_name: word, user: renderUser(state, whom, by) });
  });
  app.get(at, (c) => {
    const whom = accountNamed(core, c.req.param('login'));
    return c.get('repo').collaborators.has(whom.id)
      ? nothing()
      : failure(core, 404, 'not found', { errors: null });
  });
  app.put(at, async (c) => {
    const { permission } = await input(
      c,
      z.object({ permission: z.enum(['read', 'write', 'admin']).default('write') }),
    );
    setCollaborator(
      core,
      c.get('account'),
      c.get('repo'),
      accountNamed(core, c.req.param('login')),
      permission,
    );
    return nothing();
  });
  app.delete(at, (c) => {
    setCollaborator(core, c.get('account'), c.get('repo'), accountNamed(core, c.req.param('login')), 'none');
    return nothing();
  });
}

function branchRoutes(core: Core, app: Hono<GiteaEnv>): void {
  const one = (repo: Repo, name: string) => ({
    name,
    commit: { id: repo.branches.get(name) },
    protected: repo.protectedBranches.has(name),
  });
  app.get('/repos/:owner/:repo/branches', (c) => {
    const repo = c.get('repo');
    const { items, headers } = page(core, c, [...repo.branches.keys()], { link: true });
    return answer(
      items.map((name) => one(repo, name)),
      200,
      headers,
    );
  });
  app.get('/repos/:owner/:repo/branches/:name{.+}', (c) => {
    const name = c.req.param('name');
    if (!c.get('repo').branches.has(name)) throw new Refusal('not_found', 'not found');
    return answer(one(c.get('repo'), name));
  });
  app.delete('/repos/:owner/:repo/branches/:name{.+}', async (c) => {
    const repo = c.get('repo');
    const by = demand(core, repo, c.get('account'), 'write');
    const name = c.req.param('name');
    if (!repo.branches.has(name)) throw new Refusal('not_found', 'not found');
    if (name === repo.defaultBranch || repo.protectedBranches.has(name))
      throw new Refusal('forbidden', 'branch protected');
    await core.exclusive(repo, async () => {
      await core.git.setRef(repo.dir, `refs/heads/${name}`, '');
      await afterReceive(core, repo, by);
    });
    return nothing();
  });
}

function statusRoutes(core: Core, app: Hono<GiteaEnv>): void {
  const { state } = core;
  const api = (repo: Repo) => `${state.baseUrl}/api/v1/repos/${pathOf(state, repo)}`;
  const show = (status: CommitStatus, c: GiteaContext) => ({
    id: status.id,
    status: status.state,
    target_url: status.targetUrl,
    description: status.description,
    url: `${api(c.get('repo'))}/statuses/${status.sha}`,
    context: status.context,
    creator: renderUser(state, accountById(state, status.creatorId), c.get('account')),
    created_at: status.at,
    updated_at: status.at,
  });
  app.post('/repos/:owner/:repo/statuses/:sha', async (c) => {
    const wish = await input(c, newStatus);
    const wanted = { ...wish, sha: c.req.param('sha'), targetUrl: wish.target_url };
    return answer(show(await createStatus(core, c.get('repo'), c.get('account'), wanted), c), 201);
  });
  app.get('/repos/:owner/:repo/commits/:sha/status', (c) => {
    const repo = c.get('repo');
    const sha = repo.branches.get(c.req.param('sha')) ?? c.req.param('sha');
    const statuses = statusesOf(core, repo, sha);
    const url = `${api(repo)}/commits/${sha}`;
    const body = {
      state: combined(statuses),
      sha,
      total_count: statuses.length,
      statuses: statuses.map((status) => show(status, c)),
      repository: renderRepoFor(state, repo, c.get('account')),
      commit_url: url,
      url: `${url}/status`,
    };
    return answer(body, 200, total(statuses));
  });
}

function combined(statuses: readonly CommitStatus[]): string {
  const states = new Set(statuses.map((status) => status.state));
  return ['error', 'failure', 'warning', 'pending', 'success'].find((state) => states.has(state)) ?? '';
}
