// Group commit: the deliveries of one event-loop turn are one insert in one transaction, each acknowledged after the commit.
import type { Deliveries, Delivery } from '../store.js';
import { asStoreError } from './faults.js';
import type { Db } from './schema.js';

type NewDelivery = Omit<Delivery, 'seq' | 'attempts'>;

interface Waiting {
  readonly delivery: NewDelivery;
  readonly resolve: (result: 'stored' | 'duplicate') => void;
  readonly reject: (error: unknown) => void;
}

/** Rows of one statement: far below SQLite's limit of bound values. */
const MOST_ROWS = 500;

export function createGroupCommit(db: Db): { add: Deliveries['add']; drained: () => Promise<void> } {
  let waiting: Waiting[] = [];
  let flushing = Promise.resolve();

  function add(delivery: NewDelivery): Promise<'stored' | 'duplicate'> {
    return new Promise((resolve, reject) => {
      waiting.push({ delivery, resolve, reject });
      if (waiting.length > 1) return;
      setImmediate(() => {
        const batch = waiting;
        waiting = [];
        flushing = flushing.then(() => flush(db, batch));
      });
    });
  }

  async function drained(): Promise<void> {
    if (waiting.length > 0) await new Promise((resolve) => setImmediate(resolve));
    await flushing;
  }

  return { add, drained };
}

/** One delivery, in the transaction that is open. */
export async function addOne(db: Db, delivery: NewDelivery): Promise<'stored' | 'duplicate'> {
  const stored = await insertAll(db, [{ delivery }]);
  return stored.size > 0 ? 'stored' : 'duplicate';
}

async function flush(db: Db, batch: readonly Waiting[]): Promise<void> {
  try {
    const stored = await db.transaction().execute((inner) => insertAll(inner, batch));
    for (const one of batch) {
      const key = keyOf(one.delivery);
      // Of two with the same id in one batch the first is the stored one.
      one.resolve(stored.delete(key) ? 'stored' : 'duplicate');
    }
  } catch (error) {
    for (const one of batch) one.reject(asStoreError(error));
  }
}

async function insertAll(db: Db, batch: readonly Pick<Waiting, 'delivery'>[]): Promise<Set<string>> {
  const stored = new Set<string>();
  for (let from = 0; from < batch.length; from += MOST_ROWS) {
    const rows = batch.slice(from, from + MOST_ROWS).map(({ delivery }) => ({
      forge: delivery.forge,
      delivery_id: delivery.id,
      event: delivery.event,
      headers: JSON.stringify(delivery.headers),
      body: delivery.body,
      received_at: delivery.receivedAt,
      due_at: delivery.receivedAt,
    }));
    const returned = await db
      .insertInto('deliveries')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['forge', 'delivery_id']).doNothing())
      .returning(['forge', 'delivery_id'])
      .execute();
    for (const row of returned) stored.add(`${row.forge}\n${row.delivery_id}`);
  }
  return stored;
}

function keyOf(delivery: NewDelivery): string {
  return `${delivery.forge}\n${delivery.id}`;
}
