// Group commit: the deliveries of one event-loop turn are one insert in one transaction, acknowledged after its commit.
import { StoreError, type Deliveries, type Delivery } from '../store.js';
import type { Db } from './schema.js';
import type { Turns } from './turns.js';

type NewDelivery = Omit<Delivery, 'seq' | 'attempts'>;

interface Waiting {
  readonly delivery: NewDelivery;
  readonly resolve: (result: 'stored' | 'duplicate') => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommit {
  readonly add: Deliveries['add'];
  /** Resolves when everything added so far is answered. */
  drained(): Promise<void>;
}

/** What comes while a commit waits for its turn goes with it: behind a long transaction there is one commit, not many. */
export function createGroupCommit(db: Db, turns: Turns): GroupCommit {
  const waiting: Waiting[] = [];
  let flushing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      await endOfTurn();
      await commit(db, waiting);
    }
    flushing = undefined;
  }

  return {
    async add(delivery) {
      turns.check();
      return await new Promise((resolve, reject) => {
        waiting.push({ delivery, resolve, reject });
        flushing ??= flush();
      });
    },
    async drained() {
      await flushing;
    },
  };
}

/** One delivery, in the transaction that is open. */
export async function addOne(db: Db, delivery: NewDelivery): Promise<'stored' | 'duplicate'> {
  const stored = await insertAll(db, [delivery]);
  return stored.size > 0 ? 'stored' : 'duplicate';
}

/** The check phase comes when all sockets that had something were read. */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Never throws: every caller gets its own answer. */
async function commit(db: Db, waiting: Waiting[]): Promise<void> {
  let batch: Waiting[] = [];
  try {
    const stored = await db.transaction().execute(async (inner) => {
      batch = waiting.splice(0);
      return await insertAll(
        inner,
        batch.map((one) => one.delivery),
      );
    });
    // Of two with the same id in one batch the first is the stored one.
    for (const one of batch) one.resolve(stored.delete(keyOf(one.delivery)) ? 'stored' : 'duplicate');
  } catch (error) {
    const failed = batch.length > 0 ? batch : waiting.splice(0);
    for (const one of failed) one.reject(asFault(error));
  }
}

function asFault(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError('failed', 'the delivery could not be stored', { cause: error });
}

/** Rows of one statement: far below SQLite's limit of bound values. */
const MOST_ROWS = 500;

async function insertAll(db: Db, deliveries: readonly NewDelivery[]): Promise<Set<string>> {
  const stored = new Set<string>();
  for (let from = 0; from < deliveries.length; from += MOST_ROWS) {
    const returned = await db
      .insertInto('deliveries')
      .values(deliveries.slice(from, from + MOST_ROWS).map((delivery) => rowOf(delivery)))
      .onConflict((conflict) => conflict.columns(['forge', 'delivery_id']).doNothing())
      .returning(['forge', 'delivery_id as id'])
      .execute();
    for (const row of returned) stored.add(keyOf(row));
  }
  return stored;
}

function rowOf({ forge, id, event, headers, body, receivedAt }: NewDelivery) {
  return {
    forge,
    delivery_id: id,
    event,
    headers: JSON.stringify(headers),
    body,
    received_at: receivedAt,
    due_at: receivedAt,
  };
}

/** A forge's name in the config has no line end. */
function keyOf({ forge, id }: { forge: string; id: string }): string {
  return `${forge}\n${id}`;
}
