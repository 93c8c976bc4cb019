// The control room below `/practice`: makes accounts and repositories, arms faults, tells the log. Loopback, no sign-in.
import { Hono } from 'hono';
import { z } from 'zod';
import type { Core } from './core.js';
import {
  deliveryFault,
  newAccess,
  newLogin,
  newReply,
  newRepo,
  newUser,
  replayWish,
  requestFault,
  transfer,
} from './control-input.js';
import type { createDeliveries } from './deliveries.js';
import type { Face, PracticeEnv } from './face.js';
import type { createFaults } from './faults.js';
import { createAccount, createRepo, createToken, renameAccount } from './ops-repos.js';
import { transferIssue } from './ops-transfer.js';
import { isPull } from './ops-pulls.js';
import { replyInThread } from './ops-reviews.js';
import type { RequestLogLine } from './request-log.js';
import { findAccount, findIssue, lookUpRepo, pathOf, Refusal } from './state.js';
import type { Account, FaceName, Repo } from './types.js';

export function createControl(deps: {
  core: Core;
  faults: ReturnType<typeof createFaults>;
  deliveries: ReturnType<typeof createDeliveries>;
  requests: RequestLogLine[];
  faces: Record<FaceName, Face>;
}): Hono<PracticeEnv> {
  const { core, faults, deliveries } = deps;
  const app = new Hono<PracticeEnv>();
  app.onError((error, c) =>
    c.json({ message: error.message }, error instanceof Refusal || error instanceof z.ZodError ? 422 : 500),
  );

  app.post('/users', async (c) => c.json(makeUser(core, newUser.parse(await c.req.json())), 201));
  app.post('/repos', async (c) => c.json(await makeRepo(core, newRepo.parse(await c.req.json())), 201));
  changeRoutes(core, app);
  app.post('/thread-replies', async (c) => {
    const wish = newReply.parse(await c.req.json());
    const repo = repoAt(core, wish.repo);
    const issue = findIssue(core.state, repo, wish.number);
    const first = core.state.comments.get(wish.commentId);
    if (issue === undefined || !isPull(issue) || first === undefined)
      throw new Refusal('not_found', 'no such comment on a line');
    return c.json({ id: replyInThread(core, repo, userAt(core, wish.as), issue, first, wish.body).id }, 201);
  });

  app.post('/faults', async (c) => {
    faults.add(z.union([requestFault, deliveryFault]).parse(await c.req.json()));
    return c.json({ armed: faults.left().length }, 201);
  });
  app.delete('/faults', (c) => {
    faults.clear();
    return c.body(null, 204);
  });
  app.get('/held', (c) => c.json(faults.held()));
  app.delete('/held/:name', (c) => {
    faults.release(c.req.param('name'));
    return c.body(null, 204);
  });

  app.get('/idle', async (c) => {
    const idle = await deliveries.idle(Number(c.req.query('boundMs') ?? 10_000));
    return c.json({ idle, underWay: deliveries.underWay() }, idle ? 200 : 504);
  });
  app.get('/log', (c) => c.json({ requests: deps.requests, deliveries: deliveries.records }));
  app.delete('/log', (c) => {
    deps.requests.length = 0;
    deliveries.records.length = 0;
    return c.body(null, 204);
  });
  app.post('/replays', async (c) => c.json(await deliveries.replay(replayWish.parse(await c.req.json()))));

  for (const face of Object.values(deps.faces))
    if (face.control !== undefined) app.route(`/${face.name}`, face.control);
  return app;
}

/** What people of a forge do that neither of the two APIs has. */
function changeRoutes(core: Core, app: Hono<PracticeEnv>): void {
  app.post('/renames', async (c) => {
    const wish = newLogin.parse(await c.req.json());
    renameAccount(core.state, userAt(core, wish.login), wish.to);
    return c.body(null, 204);
  });
  app.post('/collaborators', async (c) => {
    const wish = newAccess.parse(await c.req.json());
    repoAt(core, wish.repo).collaborators.set(userAt(core, wish.login).id, wish.access);
    return c.body(null, 204);
  });
  app.post('/transfers', async (c) => {
    const wish = transfer.parse(await c.req.json());
    const from = repoAt(core, wish.repo);
    const issue = findIssue(core.state, from, wish.number);
    if (issue === undefined) throw new Refusal('not_found', 'no such issue');
    const moved = transferIssue(core, from, repoAt(core, wish.to), userAt(core, wish.as), issue);
    return c.json({ number: moved.number }, 201);
  });
}

function makeUser(core: Core, wish: z.infer<typeof newUser>) {
  const ownerIds = wish.owners.map((login) => userAt(core, login).id);
  const account = findAccount(core.state, wish.login) ?? createAccount(core.state, { ...wish, ownerIds });
  const token =
    account.kind === 'organization' ? undefined : createToken(core.state, account, { scopes: wish.scopes });
  return { id: account.id, login: account.login, email: account.email, token: token?.value };
}

async function makeRepo(core: Core, wish: z.infer<typeof newRepo>) {
  const owner = userAt(core, wish.owner);
  const repo = await createRepo(core, firstPerson(core, owner), { ...wish, owner });
  for (const [login, access] of Object.entries(wish.collaborators))
    repo.collaborators.set(userAt(core, login).id, access);
  for (const branch of wish.protectedBranches) repo.protectedBranches.add(branch);
  const path = pathOf(core.state, repo);
  return {
    id: repo.id,
    path,
    cloneUrl: `${core.state.baseUrl}/${path}.git`,
    dir: repo.dir,
    head: repo.branches.get(repo.defaultBranch),
  };
}

/** Who is named in the first commit: the owner, or an owner of the organisation. */
function firstPerson(core: Core, owner: Account): Account {
  return core.state.accounts.get(owner.ownerIds[0] ?? owner.id) ?? owner;
}

function userAt(core: Core, login: string): Account {
  const account = findAccount(core.state, login);
  if (account === undefined) throw new Refusal('no_such_user', `no user ${login}`);
  return account;
}

function repoAt(core: Core, path: string): Repo {
  const found = lookUpRepo(core.state, path);
  if (found.kind === 'none') throw new Refusal('not_found', `no repository ${path}`);
  return found.repo;
}
