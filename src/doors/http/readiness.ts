// Composition, readiness: what `/readyz` says is missing.
import type { Store } from '../../store/store.js';
import { describeError } from '../../support/errors.js';

export interface Readiness {
  /** What an earlier boot left is dealt with: from now on work may be claimed. */
  readonly recovered: () => void;
  /** Sentences, none when everything is ready. Asked often: the store is written at most once in a while. */
  readonly missing: () => Promise<readonly string[]>;
}

const CHECK_EVERY_MS = 2_000;

export function createReadiness(store: Store & { readonly damage: () => string | undefined }): Readiness {
  let recovering = true;
  let checkedAt = -Infinity;
  let unwritable: Promise<string | undefined> = Promise.resolve(undefined);

  async function cannotWrite(): Promise<string | undefined> {
    try {
      await store.check();
      return undefined;
    } catch (error) {
      return `the store cannot be written: ${describeError(error)}`;
    }
  }

  return {
    recovered: () => {
      recovering = false;
    },
    async missing() {
      if (performance.now() - checkedAt > CHECK_EVERY_MS) {
        checkedAt = performance.now();
        unwritable = cannotWrite();
      }
      const recovery = recovering ? 'recovering what the last end left behind' : undefined;
      const all = [recovery, store.damage(), await unwritable];
      return all.filter((sentence) => sentence !== undefined);
    },
  };
}
