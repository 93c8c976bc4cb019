// The control room's part for GitHub: makes an app with a fresh key, installs it, and tells its private key once.
import { Hono } from 'hono';
import { z } from 'zod';
import type { Core } from '../core.js';
import type { PracticeEnv } from '../face.js';
import { createApp, installationAt } from './apps.js';
import type { Apps } from './apps.js';
import { accountNamed } from './routes-repos.js';

const DEFAULT_EVENTS = [
  'issues',
  'issue_comment',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
];

const newApp = z.strictObject({
  slug: z.string().regex(/^[a-z0-9-]+$/),
  owner: z.string(),
  /** Logins of the accounts it is installed at; by default its owner. */
  installAt: z.array(z.string()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])).default({
    metadata: 'read',
    issues: 'write',
    pull_requests: 'write',
    contents: 'write',
    statuses: 'write',
  }),
  events: z.array(z.string()).default(DEFAULT_EVENTS),
  hookUrl: z.string().optional(),
  hookSecret: z.string().default(''),
});

export function createGithubControl(core: Core, apps: Apps): Hono<PracticeEnv> {
  const control = new Hono<PracticeEnv>();
  control.post('/apps', async (c) => {
    const wish = newApp.parse(await c.req.json());
    const owner = accountNamed(core, wish.owner);
    const installAt = (wish.installAt ?? [wish.owner]).map((login) => accountNamed(core, login));
    const { app, privateKeyPem } = createApp(core, apps, {
      slug: wish.slug,
      owner,
      installAt,
      permissions: wish.permissions,
      events: wish.events,
      hook: wish.hookUrl === undefined ? undefined : { url: wish.hookUrl, secret: wish.hookSecret },
    });
    const installations = installAt.map((account) => ({
      owner: account.login,
      id: installationAt(apps, app, account.id)?.id,
    }));
    return c.json({ id: app.id, slug: app.slug, login: app.bot.login, privateKeyPem, installations }, 201);
  });
  return control;
}
