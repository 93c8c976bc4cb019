// Tokens: made, listed, revoked. Only an administrator of everything may: a narrowed one could widen itself.
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiToken } from '../../store/api.js';
import { sha256 } from '../../support/hash.js';
import type { ApiDeps } from './api-app.js';
import { mustBeAllowed, newTokenText, type ApiEnv } from './caller.js';
import { bySeq } from './listings.js';
import { claimKey } from './once.js';
import { readPage } from './paging.js';
import { notFound } from './problems.js';
import { ROUTES } from './routes.js';
import { showToken } from './show.js';

const DAY_MS = 24 * 60 * 60_000;

export function addTokens(app: OpenAPIHono<ApiEnv>, deps: ApiDeps): void {
  const { store, now, newId, log } = deps;
  app.openapi(ROUTES.tokens, async (c) => {
    mustBeAllowed(c, 'admin');
    const reading = {
      kind: 'tokens',
      ...bySeq,
      isVisible: () => true,
      read: (before: number | undefined, limit: number) => store.api.tokens.list({ before, limit }),
      show: ({ row }: { row: ApiToken }) => showToken(row, now()),
    };
    return c.json(await readPage(reading, c.req.valid('query')), 200);
  });
  app.openapi(ROUTES.makeToken, async (c) => {
    const operator = mustBeAllowed(c, 'admin');
    const { name, scope, repos, expiresInDays } = c.req.valid('json');
    const text = newTokenText();
    const token: ApiToken = {
      id: newId(),
      name,
      hash: sha256(text),
      scope,
      repos,
      createdAt: now(),
      createdBy: operator.name,
      expiresAt: expiresInDays === undefined ? undefined : now() + expiresInDays * DAY_MS,
      usedAt: undefined,
      revokedAt: undefined,
    };
    const earlier = await store.transaction(async (tables) => {
      const { made } = await claimKey(c, tables.api.requests, now(), token.id);
      if (made !== undefined) return await tables.api.tokens.get(made);
      await tables.api.tokens.add(token);
      return undefined;
    });
    if (earlier !== undefined) return c.json(showToken(earlier, now()), 201);
    log.info('token.made', { token: token.id, name, scope, repos, by: operator.name });
    return c.json({ ...showToken(token, now()), token: text }, 201);
  });
  app.openapi(ROUTES.revokeToken, async (c) => {
    const operator = mustBeAllowed(c, 'admin');
    const { id } = c.req.valid('param');
    const revoked = await store.api.tokens.revoke(id, now());
    deps.streams.endOf(id);
    const token = await store.api.tokens.get(id);
    if (token === undefined) throw notFound();
    if (revoked) log.info('token.revoked', { token: id, name: token.name, by: operator.name });
    return c.json(showToken(token, now()), 200);
  });
}
