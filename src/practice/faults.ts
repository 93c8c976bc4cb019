// What the practice forge was told to do wrong: to requests before or after they are applied, and to deliveries.

export type RequestEffect =
  /** Answers late, but right. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Does not answer until the faults are cleared; then as if nothing had been. */
  | { readonly kind: 'hang' }
  /**
   * Waits, before or after it is done, until the control releases `name`, then as if nothing had been; `withinMs` (20000)
   * bounds the wait. Answered late, so its deliveries go out late.
   */
  | {
      readonly kind: 'held';
      readonly name: string;
      readonly when: 'before' | 'after';
      readonly withinMs?: number;
    }
  /** Answers so without doing anything. */
  | { readonly kind: 'fail'; readonly status: number; readonly message?: string }
  | { readonly kind: 'rate_limit'; readonly retryAfterSeconds: number; readonly status?: 403 | 429 }
  /** Closes the connection without doing anything. */
  | { readonly kind: 'cut' }
  /** Does it, then answers with this status. */
  | { readonly kind: 'fail_after'; readonly status: number }
  /** Does it, then closes the connection without an answer. */
  | { readonly kind: 'cut_after' };

export type DeliveryEffect =
  | { readonly kind: 'delay'; readonly ms: number }
  /** Sent once more after the first; `fresh` gives the copy an id of its own, as a replay has on Gitea. */
  | { readonly kind: 'twice'; readonly id: 'same' | 'fresh' }
  | { readonly kind: 'drop' }
  /** Held back until so many later ones of the same hook were sent; `withinMs` (2000) bounds the wait. */
  | { readonly kind: 'overtaken'; readonly by: number; readonly withinMs?: number };

export type Fault = {
  /** How often it happens; 1 when left out. */
  readonly times?: number | undefined;
} & (
  | {
      readonly on: 'request';
      readonly method?: string | undefined;
      /** A regular expression over path and query (`/api/v1/repos/acme/api/issues/1/comments`). */
      readonly path?: string | undefined;
      /** Login of the one who asks. */
      readonly user?: string | undefined;
      readonly effect: RequestEffect;
    }
  | {
      readonly on: 'delivery';
      /** Event type as the log names it, e.g. `issue_comment`. */
      readonly event?: string | undefined;
      readonly action?: string | undefined;
      readonly effect: DeliveryEffect;
    }
);

type Held = Extract<RequestEffect, { kind: 'held' }>;

export type Faults = ReturnType<typeof createFaults>;

function createHolds() {
  const holding = new Map<() => void, string>();
  return {
    /** Resolves when `name` is released. */
    async hold({ name, withinMs = 20_000 }: Held): Promise<void> {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(go, withinMs);
        holding.set(go, name);
        function go(): void {
          clearTimeout(timer);
          holding.delete(go);
          resolve();
        }
      });
    },
    /** Names of what waits now. */
    held: (): string[] => [...holding.values()],
    release(name: string): void {
      for (const [go, held] of holding) if (held === name) go();
    },
    releaseAll(): void {
      for (const go of holding.keys()) go();
    },
  };
}

export function createFaults() {
  let letGo = (): void => undefined;
  let cleared = new Promise<void>((resolve) => (letGo = resolve));
  let armed: { fault: Fault; left: number }[] = [];
  const holds = createHolds();

  /** The first fault that fits and has a turn left; takes that turn. */
  function take<F extends Fault>(fits: (fault: Fault) => fault is F): F['effect'] | undefined {
    for (const entry of armed) {
      const { fault } = entry;
      if (entry.left > 0 && fits(fault)) {
        entry.left -= 1;
        return fault.effect;
      }
    }
    return undefined;
  }

  return {
    add(fault: Fault): void {
      armed.push({ fault, left: fault.times ?? 1 });
    },
    clear(): void {
      armed = [];
      holds.releaseAll();
      letGo();
      cleared = new Promise((resolve) => (letGo = resolve));
    },
    /** What hangs waits for this. */
    cleared: () => cleared,
    hold: holds.hold,
    held: holds.held,
    release: holds.release,
    /** Those that still have turns, for the log of a failing test. */
    left: () => armed.filter((entry) => entry.left > 0),
    forRequest(request: {
      method: string;
      path: string;
      user: string | undefined;
    }): RequestEffect | undefined {
      return take((fault): fault is Extract<Fault, { on: 'request' }> => {
        if (fault.on !== 'request') return false;
        if (fault.method !== undefined && fault.method.toUpperCase() !== request.method) return false;
        if (fault.user !== undefined && fault.user !== request.user) return false;
        return fault.path === undefined || new RegExp(fault.path).test(request.path);
      });
    },
    forDelivery(delivery: { event: string; action: string | undefined }): DeliveryEffect | undefined {
      return take((fault): fault is Extract<Fault, { on: 'delivery' }> => {
        if (fault.on !== 'delivery') return false;
        if (fault.event !== undefined && fault.event !== delivery.event) return false;
        return fault.action === undefined || fault.action === delivery.action;
      });
    },
  };
}
