// Lines that anybody can cause: one a minute of each kind, with the number of those left out, so that nobody fills the log.

const EVERY_MS = 60_000;

/** Fields of the line that is said: how many of its kind were not, since the one before. */
export interface LeftOut {
  readonly alsoSince?: number;
}

/** @param kind must be one of few: each has a place in memory for good */
export type SaySeldom = (kind: string, say: (leftOut: LeftOut) => void) => void;

export function createSeldom(now: () => number): SaySeldom {
  const kinds = new Map<string, { saidAt: number; unsaid: number }>();
  return (kind, say) => {
    const known = kinds.get(kind);
    if (known !== undefined && now() - known.saidAt < EVERY_MS) {
      known.unsaid += 1;
      return;
    }
    say(known !== undefined && known.unsaid > 0 ? { alsoSince: known.unsaid } : {});
    kinds.set(kind, { saidAt: now(), unsaid: 0 });
  };
}
