// Work under way in lanes: one piece at a time in a lane, a bounded number of them at once in a group; nobody waits for another lane.

export interface Lanes {
  isBusy(lane: string): boolean;
  activeIn(group: string): number;
  /** No slot is free in this group. */
  isFull(group: string): boolean;
  /** Starts it at once; the caller has looked for a free lane and a free slot. A fault is thrown by the next `check`. */
  begin(at: { readonly lane: string; readonly group: string }, work: () => Promise<void>): void;
  /**
   * Throws where pieces of work ended with a fault: the loop that steps logs it and backs off. All of them at once: a disk that
   * is full for a moment fails every lane, and a pause for each would make a standstill of it.
   */
  check(): void;
  readonly active: number;
  /** Resolves when one of those under way has ended; at once when there is none. */
  oneEnded(): Promise<void>;
  allEnded(): Promise<void>;
}

export interface LanesOptions {
  /** Of a group, by its name. */
  readonly slotsOf: (group: string) => number;
  /** A lane and a slot are free. */
  readonly onEnded: () => void;
}

export function createLanes({ slotsOf, onEnded }: LanesOptions): Lanes {
  const active = new Map<string, { readonly group: string; readonly ended: Promise<void> }>();
  const faults: unknown[] = [];
  const activeIn = (group: string) => [...active.values()].filter((one) => one.group === group).length;
  return {
    isBusy: (lane) => active.has(lane),
    activeIn,
    isFull: (group) => activeIn(group) >= slotsOf(group),
    begin({ lane, group }, work) {
      const ended = work()
        .catch((error: unknown) => void faults.push(error ?? new Error('unknown')))
        .finally(() => {
          active.delete(lane);
          onEnded();
        });
      active.set(lane, { group, ended });
    },
    check() {
      const [first, ...others] = faults.splice(0);
      if (others.length > 0)
        throw new Error(`${others.length + 1} pieces of work ended with a fault, the first`, {
          cause: first,
        });
      if (first !== undefined) throw first;
    },
    get active() {
      return active.size;
    },
    oneEnded: () =>
      active.size === 0 ? Promise.resolve() : Promise.race([...active.values()].map((one) => one.ended)),
    async allEnded() {
      await Promise.all([...active.values()].map((one) => one.ended));
    },
  };
}
