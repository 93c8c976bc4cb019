// The tables of the HTTP API, put together; its tokens and the requests that are carried out once.
import type { Selectable } from 'kysely';
import type { Scope } from '../../domain/principal.js';
import type { ApiTables, ApiToken, OnceRequests, Tokens } from '../api.js';
import { createEvents } from './events.js';
import { inTransaction } from './in-transaction.js';
import { createLists } from './lists.js';
import type { Db, Schema } from './schema.js';

export function createApiTables(db: Db): ApiTables {
  return {
    tokens: createTokens(db),
    requests: createRequests(db),
    events: createEvents(db),
    lists: createLists(db),
  };
}

function createTokens(db: Db): Tokens {
  const select = () => db.selectFrom('api_tokens').selectAll();
  return {
    async add({ repos, ...token }) {
      const row = {
        id: token.id,
        name: token.name,
        hash: token.hash,
        scope: token.scope,
        repos: repos === undefined ? null : JSON.stringify(repos),
        created_at: token.createdAt,
        created_by: token.createdBy,
        expires_at: token.expiresAt ?? null,
        used_at: token.usedAt ?? null,
        revoked_at: token.revokedAt ?? null,
      };
      await db.insertInto('api_tokens').values(row).execute();
    },
    async get(id) {
      const row = await select().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : toToken(row);
    },
    async byHash(hash) {
      const row = await select().where('hash', '=', hash).executeTakeFirst();
      return row === undefined ? undefined : toToken(row);
    },
    async used(id, now) {
      await db.updateTable('api_tokens').set({ used_at: now }).where('id', '=', id).execute();
    },
    async revoke(id, now) {
      const valid = db.updateTable('api_tokens').where('id', '=', id).where('revoked_at', 'is', null);
      return (await valid.set({ revoked_at: now }).executeTakeFirst()).numUpdatedRows > 0n;
    },
    async list({ before = Number.MAX_SAFE_INTEGER, limit }) {
      const rows = await select().where('seq', '<', before).orderBy('seq', 'desc').limit(limit).execute();
      return rows.map((row) => ({ seq: row.seq, row: toToken(row) }));
    },
  };
}

function toToken(row: Selectable<Schema['api_tokens']>): ApiToken {
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    scope: row.scope as Scope,
    repos: row.repos === null ? undefined : (JSON.parse(row.repos) as string[]),
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at ?? undefined,
    usedAt: row.used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}

/** Whoever repeats a request does so within days; the record that a verb was carried out is kept elsewhere, for good. */
const KEPT_MS = 7 * 24 * 60 * 60_000;

function createRequests(db: Db): OnceRequests {
  return {
    claim: (request, now) =>
      inTransaction(db, async (inner) => {
        const { by, key, hash, made } = request;
        await inner
          .deleteFrom('api_requests')
          .where('at', '<', now - KEPT_MS)
          .execute();
        const there = await inner
          .selectFrom('api_requests')
          .selectAll()
          .where('by', '=', by)
          .where('key', '=', key)
          .executeTakeFirst();
        if (there === undefined) {
          await inner
            .insertInto('api_requests')
            .values({ by, key, hash, made: made ?? null, at: now })
            .execute();
          return { first: true, request };
        }
        const earlier = { by, key, hash: there.hash, ...(there.made !== null && { made: there.made }) };
        return { first: false, request: earlier };
      }),
  };
}
