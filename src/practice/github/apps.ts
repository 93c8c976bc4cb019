// GitHub Apps: the app with its key, its installations at owners, JWTs and installation tokens.
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { z } from 'zod';
import type { Core } from '../core.js';
import { createAccount, createToken } from '../ops-repos.js';
import { createHook } from '../ops-hooks.js';
import { nextId, nowIso, Refusal } from '../state.js';
import type { Account, Repo, Token } from '../types.js';

export type Level = 'read' | 'write';
export type Permissions = Readonly<Record<string, Level>>;

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly owner: Account;
  /** `SLUG[bot]`, who does what the app does. */
  readonly bot: Account;
  readonly publicKeyPem: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly hookId: number | undefined;
  readonly createdAt: string;
}

export interface Installation {
  readonly id: number;
  readonly app: App;
  readonly accountId: number;
  readonly createdAt: string;
}

export interface Apps {
  readonly byId: Map<number, App>;
  readonly installations: Map<number, Installation>;
  /** Token text to its installation. */
  readonly ofToken: Map<string, Installation>;
}

export function createApps(): Apps {
  return { byId: new Map(), installations: new Map(), ofToken: new Map() };
}

export interface NewApp {
  readonly slug: string;
  readonly owner: Account;
  readonly installAt: readonly Account[];
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly hook: { readonly url: string; readonly secret: string } | undefined;
}

/** The private key is told once, as GitHub does: PKCS#1 in a PEM. */
export function createApp(core: Core, apps: Apps, wish: NewApp): { app: App; privateKeyPem: string } {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const bot = createAccount(core.state, { login: `${wish.slug}[bot]`, kind: 'bot' });
  const hook =
    wish.hook &&
    createHook(core, undefined, {
      face: 'github',
      scope: { kind: 'system' },
      contentType: 'json',
      active: true,
      events: wish.events,
      ...wish.hook,
    });
  const app: App = {
    id: nextId(core.state, 'app'),
    slug: wish.slug,
    owner: wish.owner,
    bot,
    publicKeyPem: keys.publicKey,
    permissions: wish.permissions,
    events: wish.events,
    hookId: hook?.id,
    createdAt: nowIso(),
  };
  apps.byId.set(app.id, app);
  for (const account of wish.installAt) {
    const id = nextId(core.state, 'installation');
    apps.installations.set(id, { id, app, accountId: account.id, createdAt: nowIso() });
  }
  return { app, privateKeyPem: keys.privateKey };
}

export function installationAt(apps: Apps, app: App, accountId: number): Installation | undefined {
  return [...apps.installations.values()].find((one) => one.app === app && one.accountId === accountId);
}

const HEADER = z.object({ alg: z.literal('RS256') });
const CLAIMS = z.object({ iss: z.union([z.int(), z.string()]), iat: z.int(), exp: z.int() });
const MAX_LIFE_S = 600;
const CLOCK_SKEW_S = 60;

/** The app that signed the JWT; throws `unauthorized` with GitHub's words when it is not right in every part. */
export function appOfJwt(apps: Apps, jwt: string, nowMs: number): App {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const claims = CLAIMS.safeParse(decoded(body));
  if (!HEADER.safeParse(decoded(head)).success || !claims.success)
    throw new Refusal('unauthorized', 'A JSON web token could not be decoded');
  const { iss, iat, exp } = claims.data;
  const app = apps.byId.get(Number(iss));
  if (app === undefined) throw new Refusal('unauthorized', 'Integration not found');
  const key = createPublicKey(app.publicKeyPem);
  const signed = Buffer.from(`${head}.${body}`);
  if (!verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url')))
    throw new Refusal('unauthorized', 'A JSON web token could not be decoded');
  const now = nowMs / 1000;
  if (exp <= now) throw new Refusal('unauthorized', "'Expiration time' claim ('exp') is in the past");
  if (exp > now + MAX_LIFE_S + CLOCK_SKEW_S)
    throw new Refusal('unauthorized', "'Expiration time' claim ('exp') is too far in the future");
  if (iat > now + CLOCK_SKEW_S)
    throw new Refusal('unauthorized', "'Issued at' claim ('iat') must be in the past");
  return app;
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

const TOKEN_LIFE_MS = 60 * 60_000;

/** For an hour; narrowed to repositories and permissions when these are given. */
export function createInstallationToken(
  core: Core,
  apps: Apps,
  installation: Installation,
  narrow: { readonly repos: readonly Repo[] | undefined; readonly permissions: Permissions | undefined },
): { token: Token; permissions: Permissions } {
  const { app } = installation;
  const permissions: Permissions = { ...(narrow.permissions ?? app.permissions), metadata: 'read' };
  for (const [name, level] of Object.entries(permissions)) {
    const granted: Level | undefined = name === 'metadata' ? 'read' : app.permissions[name];
    if (granted === undefined || (level === 'write' && granted === 'read'))
      throw new Refusal('invalid', 'The permissions requested are not granted to this installation.');
  }
  const token = createToken(core.state, app.bot, {
    scopes: Object.entries(permissions).map(([name, level]) => `${name}:${level}`),
    repoIds: narrow.repos?.map((repo) => repo.id),
    expiresAtMs: Date.now() + TOKEN_LIFE_MS,
  });
  apps.ofToken.set(token.value, installation);
  for (const repo of core.state.repos.values()) letIn(installation, repo);
  return { token, permissions };
}

/** Everywhere at the owner it is installed at, the bot may write; what its token may is asked besides. */
export function letIn({ app, accountId }: Installation, repo: Repo): void {
  if (repo.ownerId === accountId) repo.collaborators.set(app.bot.id, 'write');
}
