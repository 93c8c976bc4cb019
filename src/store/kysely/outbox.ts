// The outbox: what has to be said at the forge, in order per issue.
import { sql, type Selectable } from 'kysely';
import type { Outbox, OutboxEntry, OutboxKind } from '../store.js';
import type { Db, Schema } from './schema.js';

export function createOutbox(db: Db): Outbox {
  const set = (id: number) => db.updateTable('outbox').where('id', '=', id);
  return {
    async add({ issueKey, kind, payload, uniqueKey, again, runAt, now }) {
      const insert = db.insertInto('outbox').values({
        issue_key: issueKey,
        kind,
        payload: JSON.stringify(payload),
        unique_key: uniqueKey,
        run_at: runAt,
        created_at: now,
      });
      await insert.onConflict((conflict) => conflict.column('unique_key').doNothing()).execute();
      const there = await db
        .selectFrom('outbox')
        .select(['id', 'state', 'created_at', 'version', 'run_at'])
        .where('unique_key', '=', uniqueKey)
        .executeTakeFirstOrThrow();
      if (!again) return;
      const isPending = there.state === 'pending';
      const at = isPending ? Math.min(there.run_at, runAt) : runAt;
      const reopened = isPending ? {} : { attempts: 0, created_at: now };
      await set(there.id)
        .set((eb) => ({
          state: 'pending',
          run_at: at,
          payload: JSON.stringify(payload),
          version: eb('version', '+', 1),
          ...reopened,
        }))
        .execute();
    },
    async due(now, limit) {
      // A throttled edit that was never tried blocks nobody; what is due or was tried holds back what came after it.
      const rows = await db
        .selectFrom('outbox as mine')
        .selectAll('mine')
        .where('mine.state', '=', 'pending')
        .where('mine.run_at', '<=', now)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('outbox as earlier')
                .select('earlier.id')
                .whereRef('earlier.issue_key', '=', 'mine.issue_key')
                .where('earlier.state', '=', 'pending')
                .whereRef('earlier.id', '<', 'mine.id')
                .where((eb) => eb.or([eb('earlier.run_at', '<=', now), eb('earlier.attempts', '>', 0)])),
            ),
          ),
        )
        .orderBy('mine.id')
        .limit(limit)
        .execute();
      return rows.map(toEntry);
    },
    async sent(id, version, now) {
      await set(id).set({ sent_at: now }).execute();
      await set(id).where('version', '=', version).set({ state: 'sent', why: null }).execute();
    },
    async retry(id, runAt, why) {
      await set(id)
        .set((eb) => ({ run_at: runAt, why, attempts: eb('attempts', '+', 1) }))
        .execute();
    },
    async dead(id, why, now) {
      await set(id).set({ state: 'dead', why, sent_at: now }).execute();
    },
    async nextAt() {
      const row = await db
        .selectFrom('outbox')
        .select((eb) => eb.fn.min('run_at').as('at'))
        .where('state', '=', 'pending')
        .executeTakeFirst();
      return row?.at ?? undefined;
    },
    async pendingCount() {
      const row = await db
        .selectFrom('outbox')
        .select(sql<number>`count(*)`.as('count'))
        .where('state', '=', 'pending')
        .executeTakeFirstOrThrow();
      return row.count;
    },
    async lastSentAt(uniqueKey) {
      const row = await db
        .selectFrom('outbox')
        .select('sent_at')
        .where('unique_key', '=', uniqueKey)
        .executeTakeFirst();
      return row?.sent_at ?? undefined;
    },
  };
}

function toEntry(row: Selectable<Schema['outbox']>): OutboxEntry {
  return {
    id: row.id,
    issueKey: row.issue_key,
    kind: row.kind as OutboxKind,
    payload: JSON.parse(row.payload) as Record<string, unknown>,
    version: row.version,
    attempts: row.attempts,
    runAt: row.run_at,
    createdAt: row.created_at,
  };
}
