// The one interface of the store room, in parts: what must survive a crash. Async, and nothing in it knows which database is below.
import type { ApiTables } from './api.js';
import type { Inbox } from './inbox.js';
import type { Orders } from './orders.js';
import type { Queue } from './queue.js';
import type { Records } from './records.js';
import { KugetsuError } from '../support/errors.js';

export interface Tables {
  readonly inbox: Inbox;
  readonly queue: Queue;
  readonly records: Records;
  readonly api: ApiTables;
  readonly orders: Orders;
}

export interface Store extends Tables {
  /**
   * All or nothing, and alone. `tables` is the only handle to use inside, and only until it ends: the store itself is
   * refused there (so it is not nested), as it would wait for the end of the transaction that waits for it.
   */
  transaction<T>(work: (tables: Tables) => Promise<T>): Promise<T>;
  /** Writes something that changes nothing. @throws StoreError when the store cannot be written */
  check(): Promise<void>;
  /** Waits for what is under way, then closes. Whatever is asked later is refused. */
  close(): Promise<void>;
}

/** `newer`: written by a newer kugetsu. The others are as they say. */
export type StoreErrorCode = 'newer' | 'corrupt' | 'full' | 'conflict' | 'failed';

export class StoreError extends KugetsuError<StoreErrorCode> {
  override readonly name = 'StoreError';
}
