// Orders that wait for the outbox: in order per issue and destination.
import { sql, type ExpressionBuilder, type Selectable } from 'kysely';
import { orderIn } from '../order-columns.js';
import type { OrderEntry, Orders, OrdersExcept, OrdersWaiting } from '../orders.js';
import { inTransaction } from './in-transaction.js';
import { listed } from './listed.js';
import { addOrder } from './orders-add.js';
import type { Db, Schema } from './schema.js';

export function createOrders(db: Db): Orders {
  return {
    add: (entry) => inTransaction(db, (inner) => addOrder(inner, entry)),
    due: (now, limit, except) => due(db, now, limit, except),
    sent: (id, version, now) => inTransaction(db, (inner) => sent(inner, id, version, now)),
    async retry(id, runAt, why) {
      const entry = db.updateTable('outbox').where('id', '=', id).where('state', '=', PENDING);
      await entry.set((eb) => ({ run_at: runAt, why, attempts: eb('attempts', '+', 1) })).execute();
    },
    async dead(id, why, now) {
      await db.updateTable('outbox').where('id', '=', id).set({ state: 'dead', why, dead_at: now }).execute();
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

/** As it stands in the indexes over pending entries. */
const PENDING = sql.lit('pending');

/** A throttled edit that was never tried blocks nobody; what is due or was tried holds back what came after it. */
async function due(
  db: Db,
  now: number,
  limit: number,
  except: OrdersExcept = { ids: [], lanes: [], waiting: [] },
): Promise<OrderEntry[]> {
  const blocking = earlier(db).where((eb) =>
    eb.or([eb('earlier.run_at', '<=', now), eb('earlier.attempts', '>', 0)]),
  );
  const rows = await db
    .selectFrom('outbox as mine')
    .selectAll('mine')
    .where('mine.state', '=', PENDING)
    .where('mine.run_at', '<=', now)
    .where((eb) => eb.or([eb('mine.kind', '=', 'reaction'), eb.not(eb.exists(blocking))]))
    .where((eb) => eb.and(exceptions(eb, except)))
    .orderBy('mine.id')
    .limit(limit)
    .execute();
  return rows.map((row) => toEntry(row));
}

function exceptions(eb: ExpressionBuilder<Mine, 'mine'>, { ids, lanes, waiting }: OrdersExcept) {
  // As `laneOf` makes it.
  const lane = sql<string>`${eb.ref('mine.issue_key')} || ' ' || ${eb.ref('mine.destination')}`;
  return [
    ...(ids.length === 0 ? [] : [eb('mine.id', 'not in', listed(ids))]),
    ...(lanes.length === 0
      ? []
      : [eb.or([eb('mine.kind', '=', 'reaction'), eb(lane, 'not in', listed(lanes))])]),
    ...waiting.map((one) => eb.not(eb.and(waits(eb, one)))),
  ];
}

function waits(
  eb: ExpressionBuilder<Mine, 'mine'>,
  { destination, issueKeyBegins: begins, kinds }: OrdersWaiting,
) {
  const beginning = sql<string>`substr(${eb.ref('mine.issue_key')}, 1, ${begins?.length ?? 0})`;
  return [
    eb('mine.destination', '=', destination),
    eb('mine.kind', 'in', kinds),
    ...(begins === undefined ? [] : [eb(beginning, '=', begins)]),
  ];
}

type Mine = Schema & { mine: Schema['outbox'] };

/** Pending ones of the same issue and destination that were asked for before `mine`; a reaction holds back nothing. */
function earlier(db: Db) {
  return db
    .selectFrom('outbox as earlier')
    .select('earlier.id')
    .where('earlier.state', '=', PENDING)
    .where('earlier.kind', '!=', 'reaction')
    .where('earlier.issue_key', '=', sql.ref<string>('mine.issue_key'))
    .where('earlier.destination', '=', sql.ref<string>('mine.destination'))
    .where('earlier.id', '<', sql.ref<number>('mine.id'));
}

async function sent(db: Db, id: number, version: number, now: number): Promise<void> {
  const entry = await db.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirst();
  if (entry === undefined) return;
  const change =
    entry.version === version
      ? { state: 'sent' }
      : { run_at: entry.again_at ?? entry.run_at, created_at: now };
  await db
    .updateTable('outbox')
    .where('id', '=', id)
    .set({ ...change, sent_at: now, attempts: 0, again_at: null, why: null })
    .execute();
}

function toEntry(row: Selectable<Schema['outbox']>): OrderEntry {
  const { id, kind, destination, payload, version, attempts } = row;
  return {
    id,
    order: orderIn({ issueKey: row.issue_key, destination, kind, payload }),
    version,
    attempts,
    runAt: row.run_at,
    createdAt: row.created_at,
  };
}
