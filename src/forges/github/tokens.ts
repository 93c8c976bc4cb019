// Tokens of a GitHub App: the app's own (a signed JWT), and those of its installations, kept until shortly before their end.
import { createAppAuth } from '@octokit/auth-app';
import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { ForgeError } from '../forge.js';

export interface AppKey {
  readonly appId: number;
  readonly privateKey: string;
}

/** Told each credential where it is made, before anything else can see it. */
export type OnMinted = (secret: string, untilMs: number) => void;

/** For one installation; narrowed to one repository and to some of the app's permissions when these are given. */
export interface TokenWish {
  readonly installationId: number;
  readonly repositoryId?: number;
  readonly contents?: 'read' | 'write';
}

export interface InstallationTokens {
  get(wish: TokenWish): Promise<string>;
  forget(wish: TokenWish): void;
}

/** @throws ForgeError `unauthorized` when the key cannot be used */
export async function appJwt({ appId, privateKey }: AppKey, onMinted: OnMinted): Promise<string> {
  try {
    const { token } = await createAppAuth({ appId, privateKey })({ type: 'app' });
    onMinted(token, Date.now() + JWT_MS);
    return token;
  } catch (cause) {
    throw new ForgeError('unauthorized', `the private key of app ${appId} cannot be used`, { cause });
  }
}

/** GitHub takes none that lasts longer than 10 minutes; a little more for clocks that differ. */
const JWT_MS = 15 * 60_000;
const TOKEN = z.object({ token: z.string().min(1), expires_at: z.string() });
/** A push may take a while: a token is not handed out in its last minutes. */
const MARGIN_MS = 5 * 60_000;

/**
 * Not octokit's own cache: that is one for the whole process and knows an installation by its number only, which two
 * GitHub servers may both have given.
 * @param app asks as the app itself
 */
export function createInstallationTokens(app: Octokit, onMinted: OnMinted): InstallationTokens {
  const kept = new Map<string, { readonly token: Promise<z.output<typeof TOKEN>>; untilMs: number }>();

  return { get, forget: (wish) => void kept.delete(keyOf(wish)) };

  async function get(wish: TokenWish): Promise<string> {
    const key = keyOf(wish);
    const found = kept.get(key);
    if (found !== undefined && Date.now() < found.untilMs) return (await found.token).token;
    const entry = { token: create(app, wish, onMinted), untilMs: Infinity };
    kept.set(key, entry);
    try {
      const { token, expires_at } = await entry.token;
      entry.untilMs = Date.parse(expires_at) - MARGIN_MS;
      return token;
    } catch (error) {
      if (kept.get(key) === entry) kept.delete(key);
      throw error;
    }
  }
}

async function create(app: Octokit, wish: TokenWish, onMinted: OnMinted): Promise<z.output<typeof TOKEN>> {
  const { data } = await app.rest.apps.createInstallationAccessToken({
    installation_id: wish.installationId,
    ...(wish.repositoryId === undefined ? {} : { repository_ids: [wish.repositoryId] }),
    ...(wish.contents === undefined ? {} : { permissions: { contents: wish.contents } }),
  });
  const minted = TOKEN.parse(data);
  const endMs = Date.parse(minted.expires_at);
  onMinted(minted.token, Number.isNaN(endMs) ? Infinity : endMs + MARGIN_MS);
  return minted;
}

function keyOf(wish: TokenWish): string {
  return `${wish.installationId}|${wish.repositoryId ?? ''}|${wish.contents ?? ''}`;
}
