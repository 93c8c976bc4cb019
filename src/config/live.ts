// The configuration of a running server: read again when one of its files changes; a wrong one is refused, the last right one stays.
import { describeError } from '../support/errors.js';
import type { Log } from '../support/log.js';
import { changedSettings, untilRestart } from './changed.js';
import type { Config } from './config.js';
import { printsSince, type FilePrints } from './file-print.js';
import type { LoadedConfig, RightConfig } from './load.js';
import { formatProblem } from './problem.js';

export interface ConfigSource {
  /** What the server starts with. */
  readonly first: RightConfig;
  /** Reads everything again, flags of the command line included; the masker knows its secrets before this returns. */
  readonly load: () => LoadedConfig;
}

export interface Refused {
  /** Each mistake in one line, as `kugetsu config check` prints it. */
  readonly problems: readonly string[];
  readonly sinceMs: number;
}

export interface LiveConfig {
  /** The newest one without a mistake. The same object until something changes. */
  readonly current: () => Config;
  /** Why the files are not followed now; undefined while they are. */
  readonly refused: () => Refused | undefined;
  /** Names of settings whose written value counts only from the next start on. */
  readonly waiting: () => readonly string[];
  /** Looks at the files once; true when something else counts now. */
  readonly step: () => Promise<boolean>;
}

export interface LiveDeps {
  readonly source: ConfigSource;
  readonly now: () => number;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** Throws what other rooms have against it, before it counts. */
  readonly tryOut: (config: Config) => void;
  readonly onChange: () => void;
}

/** A file that is being written is left alone until it was the same for so long. */
const QUIET_MS = 200;
/** A refused file is read again after this long: what was missing (a program, the mode of the home) may be there by now. */
const AGAIN_MS = 5_000;

interface State {
  current: Config;
  read: FilePrints;
  /** A change that was seen and may not be complete. */
  seen: { readonly prints: string; readonly sinceMs: number } | undefined;
  refused: Refused | undefined;
  /** When the files were read last. */
  readMs: number;
  waiting: readonly string[];
  notes: readonly string[];
}

/**
 * Looks at the files with each step of its loop, at least once a second, instead of being told of changes: that also works for
 * links that are turned, for folders of a network, and for a file that is replaced by a rename.
 */
export function createLiveConfig(deps: LiveDeps): LiveConfig {
  const { config, read, notes } = deps.source.first;
  const none = { seen: undefined, refused: undefined, waiting: [] };
  const state: State = { current: config, read, readMs: deps.now(), notes, ...none };
  return {
    current: () => state.current,
    refused: () => state.refused,
    waiting: () => state.waiting,
    step: () => Promise.resolve(look(deps, state)),
  };
}

function look(deps: LiveDeps, state: State): boolean {
  const prints = printsSince(state.read);
  const nowMs = deps.now();
  if (prints === undefined) {
    state.seen = undefined;
    return state.refused !== undefined && isOver(state.readMs, AGAIN_MS, nowMs) && read(deps, state);
  }
  if (prints !== state.seen?.prints) {
    state.seen = { prints, sinceMs: nowMs };
    return false;
  }
  if (!isOver(state.seen.sinceMs, QUIET_MS, nowMs)) return false;
  state.seen = undefined;
  return read(deps, state);
}

/** Whichever way the clock was set meanwhile. */
function isOver(sinceMs: number, ms: number, nowMs: number): boolean {
  return Math.abs(nowMs - sinceMs) >= ms;
}

function read(deps: LiveDeps, state: State): boolean {
  state.readMs = deps.now();
  const loaded = deps.source.load();
  state.read = loaded.read;
  if (loaded.ok) return take(deps, state, loaded);
  refuse(deps, state, loaded.problems.map(formatProblem));
  return false;
}

function take(deps: LiveDeps, state: State, loaded: RightConfig): boolean {
  const { log, source } = deps;
  const { config, waiting } = untilRestart(source.first.config, loaded.config);
  try {
    deps.tryOut(config);
  } catch (error) {
    refuse(deps, state, [describeError(error)]);
    return false;
  }
  const changed = changedSettings(state.current, config);
  if (changed.length > 0 || state.refused !== undefined) log.info('config.applied', { changed });
  if (waiting.join() !== state.waiting.join() && waiting.length > 0)
    log.warn('config.needs_restart', { settings: waiting });
  for (const note of loaded.notes) if (!state.notes.includes(note)) log.warn('config.note', { note });
  Object.assign(state, { refused: undefined, waiting, notes: loaded.notes });
  if (changed.length === 0) return false;
  state.current = config;
  deps.onChange();
  return true;
}

/** Said once for each set of mistakes. */
function refuse({ log, now }: LiveDeps, state: State, problems: readonly string[]): void {
  if (state.refused?.problems.join() === problems.join()) return;
  state.refused = { problems, sinceMs: now() };
  log.error('config.refused', {
    problems,
    next: 'What counted before goes on counting until this is mended.',
  });
}
