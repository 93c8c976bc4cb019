// Hooks of repositories and organisations. Asleep unless told otherwise; a change cannot renew the secret and forgets the events.
import type { Hono } from 'hono';
import { z } from 'zod';
import { demand, ADMIN_WORDS } from '../core.js';
import type { Core } from '../core.js';
import {
  createHook,
  deleteHook,
  demandHookRight,
  hooksOfOwner,
  hooksOfRepo,
  testHook,
} from '../ops-hooks.js';
import { nowIso, Refusal } from '../state.js';
import type { Hook } from '../types.js';
import { answer, input, nothing, numberIn, page } from './http.js';
import type { GiteaContext, GiteaEnv } from './http.js';
import { expandEvents } from './hook-events.js';
import { organisation, signedIn } from './routes-site.js';

const newHook = z.object({
  type: z.enum(['gitea', 'forgejo', 'gogs']),
  active: z.boolean().default(false),
  events: z.array(z.string()).default([]),
  authorization_header: z.string().optional(),
  config: z.object({
    url: z.string(),
    content_type: z.enum(['json', 'form']),
    secret: z.string().default(''),
  }),
});
const hookChange = z.object({
  active: z.boolean().optional(),
  events: z.array(z.string()).default([]),
  authorization_header: z.string().default(''),
  config: z
    .object({ url: z.string().optional(), content_type: z.enum(['json', 'form']).optional() })
    .default({}),
});

export function hookRoutes(core: Core, app: Hono<GiteaEnv>): void {
  const repoScope = (c: GiteaContext) => ({ kind: 'repo' as const, repoId: c.get('repo').id });
  const ownerScope = (c: GiteaContext) => ({ kind: 'owner' as const, ownerId: organisation(core, c).id });
  app.get('/repos/:owner/:repo/hooks', (c) => {
    demand(core, c.get('repo'), c.get('account'), 'admin', ADMIN_WORDS);
    return list(core, c, hooksOfRepo(core, c.get('repo')));
  });
  app.get('/orgs/:org/hooks', (c) => {
    demandHookRight(core, signedIn(c), ownerScope(c));
    return list(core, c, hooksOfOwner(core, organisation(core, c)));
  });
  app.post('/repos/:owner/:repo/hooks', (c) => make(core, c, repoScope(c)));
  app.post('/orgs/:org/hooks', (c) => make(core, c, ownerScope(c)));
  for (const at of ['/repos/:owner/:repo/hooks/:id{[0-9]+}', '/orgs/:org/hooks/:id{[0-9]+}']) {
    app.get(at, (c) => answer(render(hookIn(core, c))));
    app.patch(at, async (c) => answer(render(change(hookIn(core, c), await input(c, hookChange)))));
    app.delete(at, (c) => {
      deleteHook(core, c.get('account'), hookIn(core, c));
      return nothing();
    });
  }
  app.post('/repos/:owner/:repo/hooks/:id{[0-9]+}/tests', async (c) => {
    await testHook(core, signedIn(c), hookIn(core, c));
    return nothing();
  });
}

async function make(core: Core, c: GiteaContext, scope: Hook['scope']): Promise<Response> {
  demandHookRight(core, c.get('account'), scope);
  const wish = await input(c, newHook);
  const hook = createHook(core, c.get('account'), {
    face: 'gitea',
    scope,
    url: wish.config.url,
    contentType: wish.config.content_type,
    secret: wish.config.secret,
    events: expandEvents(wish.events),
    active: wish.active,
    authorizationHeader: wish.authorization_header,
  });
  return answer(render(hook), 201);
}

function change(hook: Hook, wish: z.infer<typeof hookChange>): Hook {
  hook.events = expandEvents(wish.events);
  hook.authorizationHeader = wish.authorization_header;
  hook.active = wish.active ?? hook.active;
  hook.url = wish.config.url ?? hook.url;
  hook.contentType = wish.config.content_type ?? hook.contentType;
  hook.updatedAt = nowIso();
  return hook;
}

function list(core: Core, c: GiteaContext, hooks: readonly Hook[]): Response {
  const { items, headers } = page(core, c, hooks, { link: false });
  return answer(items.map(render), 200, headers);
}

function hookIn(core: Core, c: GiteaContext): Hook {
  const hook = core.state.hooks.get(numberIn(c, 'id'));
  if (hook === undefined) throw new Refusal('not_found', 'not found');
  demandHookRight(core, c.get('account'), hook.scope);
  const mine =
    hook.scope.kind === 'repo' ? hook.scope.repoId === c.get('repo')?.id : c.req.param('org') !== undefined;
  if (!mine) throw new Refusal('not_found', 'not found');
  return hook;
}

function render(hook: Hook) {
  return {
    id: hook.id,
    type: 'gitea',
    branch_filter: '',
    config: { content_type: hook.contentType, url: hook.url },
    events: hook.events,
    authorization_header: hook.authorizationHeader,
    active: hook.active,
    updated_at: hook.updatedAt,
    created_at: hook.createdAt,
  };
}
