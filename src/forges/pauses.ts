// Forges and repositories that take nothing for now: said loudly once, asked again by one question at a time, over by itself.
import type { RepoRef } from '../domain/refs.js';
import { describeError } from '../support/errors.js';
import type { Log } from '../support/log.js';
import type { Forges } from './create.js';
import { passingOf, waitMsAfter, type Passing } from './passing.js';

export interface Pause {
  readonly forge: string;
  /** Undefined: the whole forge. */
  readonly repoId: string | undefined;
  readonly because: 'credentials' | 'archived';
  readonly why: string;
  readonly sinceMs: number;
  /** When it is asked again. */
  readonly untilMs: number;
}

type Place = Pick<RepoRef, 'forge' | 'id'>;

export interface Pauses {
  /** Begins a pause where this fault asks for one; any other fault is let pass. */
  note(at: Place, error: unknown): void;
  list(): readonly Pause[];
  /** Those whose time it is to be asked again, and which nobody is asking now. */
  due(): readonly Pause[];
  /** Asks once whether it is over. Never throws. */
  ask(pause: Pause): Promise<void>;
}

export interface PausesDeps {
  readonly now: () => number;
  readonly log: Log;
  readonly forges: Pick<Forges, 'get'>;
  /** What waited may go on. */
  readonly onEnd: () => void;
}

const FIRST_WAIT_MS = 5_000;

interface Entry extends Pause {
  readonly askWith: string;
  readonly asked: number;
  readonly asking: boolean;
}

export function createPauses(deps: PausesDeps): Pauses {
  const entries = new Map<string, Entry>();

  function note(at: Place, error: unknown): void {
    const passing = passingOf(error);
    if (passing === undefined || !isPausing(passing)) return;
    const repoId = passing.scope === 'repo' ? at.id : undefined;
    const key = keyOf({ forge: at.forge, repoId });
    if (entries.has(key)) return;
    const now = deps.now();
    const { because } = passing;
    const why = describeError(error);
    const untilMs = now + waitMsAfter(0, { firstMs: FIRST_WAIT_MS });
    const asks = { askWith: at.id, asked: 0, asking: false };
    entries.set(key, { forge: at.forge, repoId, because, why, sinceMs: now, untilMs, ...asks });
    deps.log.error('forge.paused', {
      forge: at.forge,
      repo: repoId,
      since: new Date(now).toISOString(),
      why,
      next: NEXT[because],
    });
  }

  async function ask(pause: Pause): Promise<void> {
    const key = keyOf(pause);
    const entry = entries.get(key);
    if (entry === undefined || entry.asking) return;
    entries.set(key, { ...entry, asking: true });
    const still = await stillPaused(deps, entry);
    if (still === undefined) {
      entries.delete(key);
      const lastedMs = deps.now() - entry.sinceMs;
      deps.log.warn('forge.goes_on', { forge: entry.forge, repo: entry.repoId, lastedMs });
      deps.onEnd();
      return;
    }
    const asked = entry.asked + 1;
    const untilMs = deps.now() + waitMsAfter(asked, { firstMs: FIRST_WAIT_MS });
    entries.set(key, { ...entry, why: still, asked, untilMs });
  }

  return {
    note,
    ask,
    list: () => [...entries.values()],
    due: () => [...entries.values()].filter((entry) => !entry.asking && entry.untilMs <= deps.now()),
  };
}

const NEXT = {
  credentials:
    'Everything for this forge waits and goes on by itself once the forge takes the token again. If it was replaced, put the new one where the config (`forges`) reads it: that is seen without a restart.',
  archived: 'Everything for this repository waits and goes on by itself once it is unarchived at the forge.',
} as const;

function isPausing(passing: Passing): passing is Passing & { because: Pause['because'] } {
  return passing.because === 'credentials' || passing.because === 'archived';
}

/** The reason, while the same holds or the forge cannot be asked; whatever else it answers shows that it is over. */
async function stillPaused(deps: PausesDeps, entry: Entry): Promise<string | undefined> {
  try {
    const repo = await deps.forges.get(entry.forge)?.getRepoById(entry.askWith);
    return entry.because === 'archived' && repo?.archived === true ? entry.why : undefined;
  } catch (error) {
    return passingOf(error) === undefined ? undefined : describeError(error);
  }
}

function keyOf({ forge, repoId }: Pick<Pause, 'forge' | 'repoId'>): string {
  return repoId === undefined ? forge : `${forge}:${repoId}`;
}
