// The inbox: what forges delivered and what became of it.
import { sql, type Selectable } from 'kysely';
import type { DeliveriesExcept, Delivery, DeliveryOutcome, FinishedDelivery, Inbox } from '../inbox.js';
import { addOne } from './group-commit.js';
import { listed } from './listed.js';
import type { Db, Schema } from './schema.js';

export function createDeliveries(db: Db): Omit<Inbox, 'recordCommand' | 'findCommand'> {
  return {
    add: (delivery) => addOne(db, delivery),
    pending: (now, limit, except) => pending(db, now, limit, except),
    async seen(forge, contentKey) {
      const row = await db
        .selectFrom('deliveries')
        .select('seq')
        .where('forge', '=', forge)
        .where('content_key', '=', contentKey)
        .executeTakeFirst();
      return row !== undefined;
    },
    finish: (seq, outcome, now) => finishAll(db, [{ seq, outcome }], now),
    finishAll: (finished, now) => finishAll(db, finished, now),
    async postpone(seq, { until, why, lane }) {
      await db
        .updateTable('deliveries')
        .set((eb) => ({ due_at: until, note: why, lane, attempts: eb('attempts', '+', 1) }))
        .where('seq', '=', seq)
        .execute();
    },
    async heldUntil(lane, seq) {
      const row = await db
        .selectFrom('deliveries')
        .select((eb) => eb.fn.max('due_at').as('until'))
        .where('result', 'is', null)
        .where('lane', '=', lane)
        .where('seq', '<', seq)
        .executeTakeFirst();
      return row?.until ?? undefined;
    },
    async list(limit) {
      const rows = await db
        .selectFrom('deliveries')
        .selectAll()
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...toDelivery(row), outcome: outcomeOf(row) }));
    },
  };
}

/** Two looks, each into an index that gives the first ones: those never tried, in order, and those whose next try is due. */
async function pending(
  db: Db,
  now: number,
  limit: number,
  { seqs, forges }: DeliveriesExcept = { seqs: [], forges: [] },
): Promise<Delivery[]> {
  const due = db
    .selectFrom('deliveries')
    .where('result', 'is', null)
    .where('due_at', '<=', now)
    .$if(seqs.length > 0, (query) => query.where('seq', 'not in', listed(seqs)))
    .$if(forges.length > 0, (query) => query.where('forge', 'not in', listed(forges)))
    .limit(limit);
  const fresh = due.where('attempts', '=', sql.lit(0)).orderBy('seq');
  const again = due.where('attempts', '>', sql.lit(0)).orderBy('due_at').orderBy('seq');
  const rows = [...(await again.selectAll().execute()), ...(await fresh.selectAll().execute())];
  return rows
    .sort((a, b) => a.seq - b.seq)
    .slice(0, limit)
    .map(toDelivery);
}

/** One statement for any number: what is ignored comes by the thousand, and each commit waits for the disk. */
async function finishAll(db: Db, finished: readonly FinishedDelivery[], now: number): Promise<void> {
  if (finished.length === 0) return;
  const rows = JSON.stringify(finished.map(({ seq, outcome }) => ({ seq, ...outcome })));
  await sql`
    update deliveries set finished_at = ${now}, result = one.value ->> 'result', note = one.value ->> 'note',
      content_key = one.value ->> 'contentKey'
    from json_each(${rows}) as one where deliveries.seq = one.value ->> 'seq'`.execute(db);
}

function toDelivery(row: Selectable<Schema['deliveries']>): Delivery {
  return {
    seq: row.seq,
    forge: row.forge,
    id: row.delivery_id,
    event: row.event,
    headers: JSON.parse(row.headers) as Record<string, string>,
    body: row.body,
    receivedAt: row.received_at,
    attempts: row.attempts,
  };
}

export function outcomeOf(
  row: Pick<Selectable<Schema['deliveries']>, 'result' | 'note' | 'content_key'>,
): DeliveryOutcome | undefined {
  if (row.result === null) return undefined;
  return {
    result: row.result as DeliveryOutcome['result'],
    note: row.note ?? '',
    ...(row.content_key !== null && { contentKey: row.content_key }),
  };
}
