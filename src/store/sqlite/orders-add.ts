// An order is added: a new entry, or once more for one that is there.
import { columnsOf } from '../order-columns.js';
import type { Orders } from '../orders.js';
import type { Db } from './schema.js';

type Asked = Parameters<Orders['add']>[0];

/** Call inside a transaction. */
export async function addOrder(db: Db, ask: Asked): Promise<void> {
  const there = await db
    .selectFrom('outbox')
    .select(['id', 'state', 'attempts', 'run_at', 'again_at'])
    .where('unique_key', '=', ask.uniqueKey)
    .executeTakeFirst();
  if (there === undefined) return await addNew(db, ask);
  if (there.state !== 'pending' && !ask.again) return;
  const change = there.state === 'pending' ? askAgain(there, ask) : reopen(ask);
  await db
    .updateTable('outbox')
    .where('id', '=', there.id)
    .set((eb) => ({ ...change, payload: columnsOf(ask.order).payload, version: eb('version', '+', 1) }))
    .execute();
}

async function addNew(db: Db, { order, uniqueKey, runAt, now }: Asked): Promise<void> {
  const { issueKey, destination, kind, payload } = columnsOf(order);
  await db
    .insertInto('outbox')
    .values({
      issue_key: issueKey,
      destination,
      kind,
      payload,
      unique_key: uniqueKey,
      run_at: runAt,
      created_at: now,
    })
    .execute();
}

/** After a failed try the forge or the backoff has named the time: asking again does not hurry it. */
function askAgain(there: { attempts: number; run_at: number; again_at: number | null }, { runAt }: Asked) {
  return {
    run_at: there.attempts > 0 ? there.run_at : Math.min(there.run_at, runAt),
    again_at: Math.min(there.again_at ?? runAt, runAt),
  };
}

function reopen({ runAt, now }: Asked) {
  return {
    state: 'pending',
    attempts: 0,
    run_at: runAt,
    again_at: null,
    created_at: now,
    dead_at: null,
    why: null,
  };
}
