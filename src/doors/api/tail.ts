// The newest events in memory, read once for all streams: an idle stream costs a timer and nothing else.
import type { Events, StoredEvent } from '../../store/api.js';

export interface Tail {
  /** Events are looked for while somebody listens. Call the result to stop. */
  listen(): () => void;
  /**
   * Events after this id, oldest first; waits for one, none when the time is over or the signal is aborted.
   * Undefined: those after it are not kept any more, or it never was.
   */
  after(
    id: number,
    on: { signal: AbortSignal; withinMs: number },
  ): Promise<readonly StoredEvent[] | undefined>;
  newest(): Promise<number>;
}

/** How late an event may be: somebody who watches does not notice. */
const LOOK_EVERY_MS = 200;
const MOST_AT_ONCE = 200;
/** More than a burst has, so that many streams do not read the same from the database. */
const KEPT = 1_000;

export function createTail(events: Events): Tail {
  const waiting = new Set<() => void>();
  let kept: StoredEvent[] = [];
  let newestId: number | undefined;
  let looking: Promise<void> | undefined;

  /** One at a time; whoever asks during one gets that one. */
  function look(): Promise<void> {
    looking ??= read().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function read(): Promise<void> {
    newestId ??= (await events.range()).newest;
    for (;;) {
      const rows = await events.after(newestId, MOST_AT_ONCE);
      const last = rows.at(-1);
      if (last === undefined) return;
      newestId = last.id;
      kept = [...kept, ...rows].slice(-KEPT);
      for (const wake of waiting) wake();
    }
  }

  async function newest(): Promise<number> {
    await look();
    return newestId ?? 0;
  }

  /** Undefined where they are gone. */
  async function stored(id: number): Promise<readonly StoredEvent[] | undefined> {
    const first = kept[0];
    if (first !== undefined && id >= first.id - 1) return kept.filter((event) => event.id > id);
    const { oldest } = await events.range();
    return id < oldest - 1 ? undefined : await events.after(id, MOST_AT_ONCE);
  }

  return {
    // A store that cannot be read now is read again at the next look; streams wait meanwhile.
    listen: whileListening(() => void look().catch(() => {})),
    newest,
    async after(id, { signal, withinMs }) {
      if (newestId === undefined || id > newestId) await look();
      if (id > (newestId ?? 0)) return undefined;
      if (id === newestId) await woken(waiting, signal, withinMs);
      return id === newestId || signal.aborted ? [] : await stored(id);
    },
  };
}

/** Calls `look` again and again while there is anybody. */
function whileListening(look: () => void): Tail['listen'] {
  let listeners = 0;
  let timer: NodeJS.Timeout | undefined;
  return () => {
    listeners += 1;
    timer ??= setInterval(look, LOOK_EVERY_MS);
    return () => {
      listeners -= 1;
      if (listeners > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  };
}

function woken(waiting: Set<() => void>, signal: AbortSignal, withinMs: number): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      waiting.delete(end);
      resolve();
    };
    const timer = setTimeout(end, withinMs);
    signal.addEventListener('abort', end);
    waiting.add(end);
  });
}
