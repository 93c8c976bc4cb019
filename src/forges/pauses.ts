// Forges and repositories that take nothing for now: said loudly once, asked again by one question at a time, over by itself.
import type { RepoRef } from '../domain/refs.js';
import { describeError } from '../support/errors.js';
import type { Log } from '../support/log.js';
import type { Forges } from './create.js';
import { judgeFault, passingOf, waitMsAfter, type Passing } from './passing.js';

export interface Pause {
  readonly forge: string;
  /** Undefined: the whole forge. */
  readonly repoId: string | undefined;
  readonly because: 'credentials' | 'archived' | 'unavailable';
  readonly why: string;
  /** Of `unavailable`: the first of the faults that led to it. */
  readonly sinceMs: number;
  /** When it is asked again. */
  readonly untilMs: number;
}

type Place = Pick<RepoRef, 'forge' | 'id'>;

export interface Pauses {
  /** Begins a pause where this fault asks for one, or is one of several in a row; any other fault is let pass. */
  note(at: Place, error: unknown): void;
  /** Something was done there: whatever failed before it stands alone. */
  answered(forge: string): void;
  list(): readonly Pause[];
  /** Is the whole forge paused? */
  isPaused(forge: string): boolean;
  /** Those whose time it is to be asked again, and which nobody is asking now; a suspicion is asked at once. */
  due(): readonly Pause[];
  /** Asks once whether it is over. Never throws. */
  ask(pause: Pause): Promise<void>;
}

export interface PausesDeps {
  readonly now: () => number;
  readonly log: Log;
  readonly forges: Pick<Forges, 'get'>;
  /** One is over: what waited may go on. */
  readonly wake: () => void;
}

const FIRST_WAIT_MS = 5_000;

/** One request may fail for itself alone: so many in a row raise the suspicion, which one question of our own settles. */
const FAULTS_IN_A_ROW = 3;

interface Entry extends Pause {
  readonly askWith: string;
  readonly asked: number;
  readonly asking: boolean;
  /** False of a suspicion: nothing waits for it, and nobody was told. */
  readonly isSure: boolean;
}

export function createPauses(deps: PausesDeps): Pauses {
  const inARow = new Map<string, { readonly count: number; readonly sinceMs: number }>();
  const answered = (forge: string): void => void inARow.delete(forge);
  const { begin, ...pauses } = createEntries(deps, answered);

  function note(at: Place, error: unknown): void {
    const fault = judgeFault(error);
    switch (fault.kind) {
      case 'passing':
        return notePassing(at, fault, error);
      case 'refused':
        // It said no: so it is there.
        return answered(at.forge);
      case 'failed':
      case 'unforeseen':
        return;
    }
  }

  function notePassing(at: Place, { because, scope }: Passing, error: unknown): void {
    switch (because) {
      case 'credentials':
      case 'archived':
        return begin(at, { because, repoId: scope === 'repo' ? at.id : undefined, error });
      case 'unavailable':
        if (scope === 'forge') suspect(at, error);
        return;
      case 'rate_limited':
      case 'rights':
        return answered(at.forge);
    }
  }

  function suspect(at: Place, error: unknown): void {
    const { count, sinceMs } = inARow.get(at.forge) ?? { count: 0, sinceMs: deps.now() };
    inARow.set(at.forge, { count: count + 1, sinceMs });
    if (count + 1 >= FAULTS_IN_A_ROW)
      begin(at, { because: 'unavailable', repoId: undefined, error, sinceMs });
  }

  return { note, answered, ...pauses };
}

/** What is paused or suspected. @param answered told when a forge was asked and answered */
function createEntries(deps: PausesDeps, answered: (forge: string) => void) {
  const entries = new Map<string, Entry>();
  const all = () => [...entries.values()];

  function begin({ forge, id }: Place, on: Beginning): void {
    const { because, repoId, error, sinceMs = deps.now() } = on;
    const key = keyOf({ forge, repoId });
    const isSure = because !== 'unavailable';
    const there = entries.get(key);
    if (there !== undefined && (there.isSure || !isSure)) return;
    const untilMs = deps.now() + (isSure ? waitMsAfter(0, { firstMs: FIRST_WAIT_MS }) : 0);
    const asks = { askWith: id, asked: 0, asking: false, isSure };
    const entry = { forge, repoId, because, why: describeError(error), sinceMs, untilMs, ...asks };
    entries.set(key, entry);
    if (isSure) tell(deps.log, entry);
  }

  async function ask(pause: Pause): Promise<void> {
    const key = keyOf(pause);
    const entry = entries.get(key);
    if (entry === undefined || entry.asking) return;
    const asking = { ...entry, asking: true };
    entries.set(key, asking);
    const still = await stillPaused(deps, entry);
    // Meanwhile a refused token became sure where this was only suspected.
    if (entries.get(key) !== asking) return;
    if (still === undefined) return end(key, entry);
    const asked = entry.asked + 1;
    const untilMs = deps.now() + waitMsAfter(asked, { firstMs: FIRST_WAIT_MS });
    const next = { ...entry, why: still, asked, untilMs, isSure: true };
    entries.set(key, next);
    if (!entry.isSure) tell(deps.log, next);
  }

  function end(key: string, entry: Entry): void {
    entries.delete(key);
    answered(entry.forge);
    if (!entry.isSure) return;
    const lastedMs = deps.now() - entry.sinceMs;
    deps.log.warn('forge.goes_on', { forge: entry.forge, repo: entry.repoId, lastedMs });
    deps.wake();
  }

  return {
    begin,
    ask,
    list: () => all().filter(({ isSure }) => isSure),
    isPaused: (forge: string) => entries.get(keyOf({ forge, repoId: undefined }))?.isSure === true,
    due: () => all().filter((entry) => !entry.asking && entry.untilMs <= deps.now()),
  };
}

interface Beginning {
  readonly because: Pause['because'];
  readonly repoId: string | undefined;
  readonly error: unknown;
  /** Now by default. */
  readonly sinceMs?: number;
}

function tell(log: Log, { forge, repoId, because, sinceMs, untilMs, why }: Pause): void {
  log.error('forge.paused', {
    forge,
    repo: repoId,
    because,
    since: new Date(sinceMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    why,
    next: NEXT[because],
  });
}

const NEXT: Readonly<Record<Pause['because'], string>> = {
  credentials:
    'Everything for this forge waits and goes on by itself once the forge takes the token again. If it was replaced, put the new one where the config (`forges`) reads it: that is seen without a restart.',
  archived: 'Everything for this repository waits and goes on by itself once it is unarchived at the forge.',
  unavailable:
    'Everything for this forge waits and goes on by itself once the forge answers again: it is asked with growing pauses, every five minutes at most.',
};

/** The reason, while the same holds or the forge cannot be asked; whatever else it answers shows that it is over. */
async function stillPaused(deps: PausesDeps, entry: Entry): Promise<string | undefined> {
  try {
    const repo = await deps.forges.get(entry.forge)?.getRepoById(entry.askWith);
    return entry.because === 'archived' && repo?.archived === true ? entry.why : undefined;
  } catch (error) {
    const passing = passingOf(error);
    // Who answers is there; what else is wrong is noted by whatever meets it.
    if (entry.because === 'unavailable' && passing?.because !== 'unavailable') return undefined;
    return passing === undefined ? undefined : describeError(error);
  }
}

function keyOf({ forge, repoId }: Pick<Pause, 'forge' | 'repoId'>): string {
  return repoId === undefined ? forge : `${forge}:${repoId}`;
}
