// Hooks of a repository.
import type { Hono } from 'hono';
import { z } from 'zod';
import { demand } from '../core.js';
import type { Core } from '../core.js';
import { createHook, deleteHook, hooksOfRepo } from '../ops-hooks.js';
import { Refusal } from '../state.js';
import type { Hook, Repo } from '../types.js';
import { answer, input, nothing, numberIn, page, Unprocessable } from './http.js';
import type { GithubContext, GithubEnv } from './http.js';
import { repoApi } from './render.js';
import type { Schema } from './schema.js';

const newHook = z.object({
  name: z.literal('web').default('web'),
  active: z.boolean().default(true),
  events: z.array(z.string()).default(['push']),
  config: z.object({
    url: z.string(),
    content_type: z.enum(['json', 'form']).default('form'),
    secret: z.string().default(''),
  }),
});
const ADMIN = 'Must have admin rights to Repository.';
const AT = '/repos/:owner/:repo/hooks';

export function hookRoutes(core: Core, routes: Hono<GithubEnv>): void {
  const mine = (repo: Repo): Hook[] => hooksOfRepo(core, repo).filter((hook) => hook.face === 'github');
  const one = (c: GithubContext): Hook => {
    demand(core, c.get('repo'), c.get('account'), 'admin', ADMIN);
    const found = mine(c.get('repo')).find((hook) => hook.id === numberIn(c, 'hook'));
    if (found === undefined) throw new Refusal('not_found', 'Not Found');
    return found;
  };
  routes.get(AT, (c) => {
    demand(core, c.get('repo'), c.get('account'), 'admin', ADMIN);
    return page(core, c, mine(c.get('repo')), (hook) => render(core, c.get('repo'), hook));
  });
  routes.post(AT, async (c) => {
    const { config, events, active } = await input(c, 'Hook', newHook);
    const repo = c.get('repo');
    if (mine(repo).some((hook) => hook.url === config.url))
      throw new Unprocessable([
        { resource: 'Hook', code: 'custom', message: 'Hook already exists on this repository' },
      ]);
    const hook = createHook(core, c.get('account'), {
      face: 'github',
      scope: { kind: 'repo', repoId: repo.id },
      url: config.url,
      contentType: config.content_type,
      secret: config.secret,
      events,
      active,
    });
    return answer(render(core, repo, hook), 201);
  });
  routes.get(`${AT}/:hook{[0-9]+}`, (c) => answer(render(core, c.get('repo'), one(c))));
  routes.delete(`${AT}/:hook{[0-9]+}`, (c) => {
    deleteHook(core, c.get('account'), one(c));
    return nothing();
  });
}

function render(core: Core, repo: Repo, hook: Hook): Schema['hook'] {
  const url = `${repoApi(core.state, repo)}/hooks/${hook.id}`;
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: hook.events,
    config: {
      url: hook.url,
      content_type: hook.contentType,
      insecure_ssl: '0',
      ...(hook.secret === '' ? {} : { secret: '********' }),
    },
    updated_at: hook.updatedAt,
    created_at: hook.createdAt,
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: { code: null, status: 'unused', message: null },
  };
}
