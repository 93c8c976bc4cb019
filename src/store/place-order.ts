// The one way to ask for something to be said or done elsewhere: what names it, and whether it is done again, comes from the order itself.
import { isDoneAgain, uniqueKeyOf, type Order } from '../domain/order.js';
import type { Tables } from './store.js';

/**
 * Inside the transaction of what it tells about. Asked for twice it is done once; a report that was sent is written again.
 * @param runAt not before this time
 */
export async function placeOrder(
  tables: Pick<Tables, 'orders'>,
  order: Order,
  { now, runAt = now }: { readonly now: number; readonly runAt?: number },
): Promise<void> {
  const uniqueKey = uniqueKeyOf(order);
  await tables.orders.add({ order, uniqueKey, again: isDoneAgain(order), runAt, now });
}

/** Undefined when it was never sent. */
export async function lastSentAt(tables: Pick<Tables, 'orders'>, order: Order): Promise<number | undefined> {
  return await tables.orders.lastSentAt(uniqueKeyOf(order));
}
