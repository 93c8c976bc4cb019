// Who may use the one connection: everybody in the order of asking, an open transaction alone.
import { AsyncLocalStorage } from 'node:async_hooks';
import { StoreError } from '../store.js';

export interface Turns {
  /**
   * Resolves when it is the caller's turn, with what ends it.
   * @throws StoreError `failed` when closed, and inside a transaction: its own end would be waited for, for ever.
   */
  enter(): Promise<() => void>;
  /** Throws at once where `enter` would. */
  check(): void;
  /** Runs the work of a transaction that has its turn. */
  inside<T>(work: () => Promise<T>): Promise<T>;
  /** Refuses everybody who comes later; resolves when those before are done. */
  close(): Promise<void>;
}

export function createTurns(): Turns {
  const scopes = new AsyncLocalStorage<{ open: boolean }>();
  let last = Promise.resolve();
  let closing: Promise<void> | undefined;

  function check(): void {
    if (closing !== undefined) throw new StoreError('failed', 'the store is closed');
    if (scopes.getStore()?.open !== true) return;
    throw new StoreError(
      'failed',
      'the store itself was used inside a transaction; use the tables passed in',
    );
  }

  function queue(): Promise<() => void> {
    const before = last;
    let leave = () => {};
    last = new Promise((resolve) => {
      leave = resolve;
    });
    return before.then(() => leave);
  }

  return {
    check,
    async enter() {
      check();
      return await queue();
    },
    async inside(work) {
      const scope = { open: true };
      try {
        return await scopes.run(scope, work);
      } finally {
        scope.open = false;
      }
    },
    close() {
      closing ??= queue().then((leave) => leave());
      return closing;
    },
  };
}
