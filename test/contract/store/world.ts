// What a database has to offer to be held against the contract of `Store`, and the shape of one case.
import type { Store } from '../../../src/store/store.js';

export interface OpenedStore {
  readonly store: Store;
  /** Closes it and opens the same data again, as after a restart. */
  reopen(): Promise<Store>;
  /** Closes it and removes its data. */
  end(): Promise<void>;
}

export interface Case {
  readonly name: string;
  run(store: Store, world: OpenedStore): Promise<void>;
}
