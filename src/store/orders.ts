// The part of the store for what is still to be said or done elsewhere.
import type { Order, OrderKind } from '../domain/order.js';

/** An order that waits, or is under way. */
export interface OrderEntry {
  readonly id: number;
  readonly order: Order | UnreadableOrder;
  /** Grows when the same order is asked for again while it waits or is being carried out. */
  readonly version: number;
  readonly attempts: number;
  readonly runAt: number;
  readonly createdAt: number;
}

/** A row that is no order that we know: to be given up with this reason. */
export interface UnreadableOrder {
  readonly kind: 'unreadable';
  readonly issueKey: string;
  readonly destination: string;
  /** The kind that stands in the row. */
  readonly was: string;
  readonly why: string;
}

/** What is not asked for now: under way already, or waiting for a free slot or for the end of a pause. */
export interface OrdersExcept {
  readonly ids: readonly number[];
  /** `laneOf` those that have a word under way; their reactions may go. */
  readonly lanes: readonly string[];
  readonly waiting: readonly OrdersWaiting[];
}

export interface OrdersWaiting {
  readonly destination: string;
  /** Of one repository only: how its issue keys begin (`work:5#`). */
  readonly issueKeyBegins?: string | undefined;
  readonly kinds: readonly OrderKind[];
}

export interface Orders {
  /**
   * Called by `placeOrder` alone. `uniqueKey`: a pending order with it is asked for again (version + 1, the new order, the
   * earlier `runAt` of both, but never before the time of its next try) instead of a new one; one that was already sent or
   * given up is reopened only with `again`, else nothing happens.
   */
  add(entry: { order: Order; uniqueKey: string; again: boolean; runAt: number; now: number }): Promise<void>;
  /**
   * Due orders that may go now: no earlier pending one of the same issue and destination that is due or has been tried
   * (a throttled edit that was never tried blocks nobody). Reactions neither wait for others nor hold them back.
   */
  due(now: number, limit: number, except?: OrdersExcept): Promise<OrderEntry[]>;
  /** Sent. When it was asked for again meanwhile (another version) it stays pending, until the time that was asked for. */
  sent(id: number, version: number, now: number): Promise<void>;
  retry(id: number, runAt: number, why: string): Promise<void>;
  /** Given up, with the reason; shown to the operator. */
  dead(id: number, why: string, now: number): Promise<void>;
  /** Undefined when never sent. */
  lastSentAt(uniqueKey: string): Promise<number | undefined>;
}
