// What a step of the inbox ignores (duplicates too) is finished in one commit: nothing was done that a crash could repeat.
import type { Delivery, DeliveryOutcome } from '../../store/inbox.js';
import type { Store } from '../../store/store.js';

export interface Ignored {
  /** Of two with the same content the second is remembered as the duplicate that it is. */
  add(delivery: Delivery, outcome: DeliveryOutcome, done: (outcome: DeliveryOutcome) => void): void;
  /** Calls every `done` after the commit. Throws when there was none: then all of them are pending still. */
  finish(): Promise<void>;
}

interface Waiting {
  readonly seq: number;
  readonly outcome: DeliveryOutcome;
  readonly done: (outcome: DeliveryOutcome) => void;
}

export function createIgnored(deps: {
  readonly store: Pick<Store, 'inbox'>;
  readonly now: () => number;
}): Ignored {
  const waiting: Waiting[] = [];
  const contents = new Set<string>();
  return {
    add({ seq, forge }, outcome, done) {
      const content = outcome.contentKey === undefined ? undefined : `${forge}\n${outcome.contentKey}`;
      const isCopy = content !== undefined && contents.has(content);
      if (content !== undefined) contents.add(content);
      waiting.push({ seq, outcome: isCopy ? DUPLICATE : outcome, done });
    },
    async finish() {
      const all = waiting.splice(0);
      if (all.length === 0) return;
      await deps.store.inbox.finishAll(all, deps.now());
      for (const { outcome, done } of all) done(outcome);
    },
  };
}

export const DUPLICATE: DeliveryOutcome = {
  result: 'duplicate',
  note: 'the same content came in another delivery',
};
