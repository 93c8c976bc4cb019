// The event streams that are open, by token: a revoked token ends its own, the end of the server all of them.

export interface Streams {
  /** Undefined when there are too many. `close` when it has ended. */
  open(token: string): { readonly signal: AbortSignal; readonly close: () => void } | undefined;
  endOf(token: string): void;
  endAll(): void;
  readonly count: number;
}

/** Below the bound on connections, so that others are answered beside them. */
const MOST = 240;
/** Of one token, so that it cannot shut out the others. */
const MOST_OF_ONE = 200;

export function createStreams(): Streams {
  const open = new Map<AbortController, string>();
  const end = (isMeant: (token: string) => boolean): void => {
    for (const [controller, token] of open) if (isMeant(token)) controller.abort();
  };
  return {
    open(token) {
      const own = [...open.values()].filter((its) => its === token).length;
      if (open.size >= MOST || own >= MOST_OF_ONE) return undefined;
      const controller = new AbortController();
      open.set(controller, token);
      return { signal: controller.signal, close: () => void open.delete(controller) };
    },
    endOf: (token) => end((its) => its === token),
    endAll: () => end(() => true),
    get count() {
      return open.size;
    },
  };
}
