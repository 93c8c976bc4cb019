// Saves what changes often: at most once in a while, the newest wins, one at a time.

export interface Throttle {
  /** Something changed. The first call saves at once (in the next turn of the event loop), later ones when the time is over. */
  changed(): void;
  /** Saves what is not saved yet and resolves when that is done. */
  flush(): Promise<void>;
}

/**
 * @param save must not reject: it takes the newest state itself
 * @param everyMs between two saves, on the real clock: it spares the process and the disk, whatever time the queue has
 */
export function createThrottle(save: () => Promise<void>, everyMs: number): Throttle {
  let dirty = false;
  let savedAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let saving: Promise<void> | undefined;

  function plan(): void {
    if (timer !== undefined || saving !== undefined || !dirty) return;
    const waitMs = Math.max(0, savedAt + everyMs - performance.now());
    timer = setTimeout(() => void run(), waitMs);
  }

  function run(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    dirty = false;
    savedAt = performance.now();
    saving = save().finally(() => {
      saving = undefined;
      plan();
    });
    return saving;
  }

  return {
    changed() {
      dirty = true;
      plan();
    },
    async flush() {
      while (saving !== undefined || dirty) await (saving ?? run());
    },
  };
}
