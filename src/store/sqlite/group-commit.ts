// Group commit: the deliveries of one event-loop turn are one transaction, acknowledged after its commit.
import type SQLite from 'better-sqlite3';
import type { Delivery, Inbox } from '../inbox.js';
import { StoreError } from '../store.js';
import { asStoreError } from './faults.js';
import type { Db } from './schema.js';
import type { Turns } from './turns.js';

type NewDelivery = Omit<Delivery, 'seq' | 'attempts'>;

interface Waiting {
  readonly delivery: NewDelivery;
  readonly resolve: (result: 'stored' | 'duplicate') => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommit {
  readonly add: Inbox['add'];
  /** Resolves when everything added so far is answered. */
  drained(): Promise<void>;
}

/** What comes while a commit waits for its turn goes with it: behind a long transaction there is one commit, not many. */
export function createGroupCommit(raw: SQLite.Database, turns: Turns): GroupCommit {
  const waiting: Waiting[] = [];
  const insertAll = inOneCommit(raw);
  let flushing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      await endOfTurn();
      await commit(turns, insertAll, waiting);
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
  const stored = await db
    .insertInto('deliveries')
    .values(rowOf(delivery))
    .onConflict((conflict) => conflict.columns(['forge', 'delivery_id']).doNothing())
    .executeTakeFirst();
  return answerOf(Number(stored.numInsertedOrUpdatedRows ?? 0));
}

/** The check phase comes when all sockets that had something were read. */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

type InsertAll = (deliveries: readonly NewDelivery[]) => ('stored' | 'duplicate')[];

/** Never throws: every caller gets its own answer. */
async function commit(turns: Turns, insertAll: InsertAll, waiting: Waiting[]): Promise<void> {
  let leave = () => {};
  let batch: Waiting[] = [];
  try {
    leave = await turns.enter();
    batch = waiting.splice(0);
    const answers = insertAll(batch.map((one) => one.delivery));
    for (const [n, one] of batch.entries()) one.resolve(answers[n] ?? 'duplicate');
  } catch (error) {
    const failed = batch.length > 0 ? batch : waiting.splice(0);
    for (const one of failed) one.reject(asFault(asStoreError(error)));
  } finally {
    leave();
  }
}

function asFault(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError('failed', 'the delivery could not be stored', { cause: error });
}

/**
 * Row by row with one prepared statement: this is the hottest path of kugetsu, and whatever is built anew for each commit
 * (a query, a statement for so many rows) costs more than the rows themselves.
 */
function inOneCommit(raw: SQLite.Database): InsertAll {
  const insert = raw.prepare(`
    insert into deliveries (forge, delivery_id, event, headers, body, received_at, due_at)
    values (@forge, @delivery_id, @event, @headers, @body, @received_at, @due_at)
    on conflict (forge, delivery_id) do nothing`);
  const all = raw.transaction((deliveries: readonly NewDelivery[]) =>
    deliveries.map((delivery) => answerOf(insert.run(rowOf(delivery)).changes)),
  );
  return (deliveries) => all.immediate(deliveries);
}

function answerOf(rows: number): 'stored' | 'duplicate' {
  return rows > 0 ? 'stored' : 'duplicate';
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
