// The one composition: config in, running kugetsu out. Each room brings its own `createX`; nothing is decided here.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createAgents } from './agents/create.js';
import type { HomePaths } from './config/home.js';
import type { Config } from './config/config.js';
import { createLiveConfig, type ConfigSource } from './config/live.js';
import { markerKey } from './config/marker-key.js';
import { workerName } from './config/worker-name.js';
import { openApiDoor } from './doors/api/create.js';
import type { BodyLimits } from './doors/http/bodies.js';
import { createReadiness } from './doors/http/readiness.js';
import { createWebhookDoor } from './doors/webhook/create.js';
import { createForges } from './forges/create.js';
import { createPauses } from './forges/pauses.js';
import { createGit } from './git/create.js';
import { createOutbox } from './outbox/loop.js';
import { openSandbox } from './sandbox/create.js';
import { placesOf } from './sandbox/places.js';
import type { Sandbox } from './sandbox/sandbox.js';
import { openSqliteStore, type OpenedStore } from './store/sqlite/open.js';
import type { Clock } from './support/clock.js';
import type { Log } from './support/log.js';
import { activeIn, createLoops, createWakers, oneEndedIn } from './support/loops.js';
import type { Masker } from './support/mask.js';
import { closing } from './support/closing.js';
import { orAfter } from './support/or-after.js';
import { createForeign } from './text/foreign.js';
import { createVerbs } from './verbs/create.js';
import { createMarker } from './words/marker.js';
import { SHUTDOWN } from './work/abort.js';
import { createBeside } from './work/beside.js';
import { createWork } from './work/create.js';
import { tryConfig } from './work/try-config.js';

export interface AppDeps {
  readonly config: ConfigSource;
  readonly paths: HomePaths;
  readonly clock: Clock;
  readonly log: Log;
  readonly masker: Masker;
  /** Over those of the webhook door: smaller ones for tests. */
  readonly bodyLimits?: Partial<BodyLimits>;
  /** How long the hand-over of a session that is removed may take; shorter for tests. */
  readonly salvageMs?: number;
}

export type App = Awaited<ReturnType<typeof createApp>>;

/** A forge that never answers must not keep the server from ending: what was not confirmed is repeated at the next start. */
const STOP_PATIENCE_MS = 15_000;

/** Opens the store, listens, recovers what an earlier boot left: nothing is claimed before that. Needs the home's lock. */
export async function createApp(deps: AppDeps) {
  const { paths, log } = deps;
  const { config } = deps.config.first;
  const sandbox = await openSandbox({ ...config.sandbox, ...placesOf(config, paths) }, log);
  const worker = workerName(join(paths.run, 'worker.id'));
  const store = await openSqliteStore({ file: paths.database, log, worker });
  try {
    return await live(await openRooms(deps, sandbox, store, worker));
  } catch (error) {
    // A start that fails is a clean end: the next one has nothing to look over.
    await store.close();
    throw error;
  }
}

async function openRooms(deps: AppDeps, sandbox: Sandbox, store: OpenedStore, worker: string) {
  const { paths, clock, log, masker, salvageMs, bodyLimits } = deps;
  const now = () => clock.now();
  const wakers = createWakers<'beside' | 'inbox' | 'scheduler' | 'outbox' | 'reaper'>();
  const wake = wakers.all;
  const tryOut = (wanted: Config) => tryConfig(wanted, paths);
  const files = createLiveConfig({ source: deps.config, now, log, tryOut, onChange: wake });
  const config = files.current;
  const ending = new AbortController();
  const forges = createForges(config, { log, masker, saw: store.records.repos.saw });
  const pauses = createPauses({ now, log, forges, wake });
  const git = createGit({ mirrorsDir: paths.mirrors, worktreesDir: paths.worktrees, runDir: paths.run, log });
  const agents = createAgents(config);
  const marker = createMarker(await markerKey(join(paths.secrets, 'marker.key')));
  const foreign = createForeign({ word: () => config().trigger.word, mask: masker.mask });
  const adapters = { store, forges, git, sandbox, agents };
  const life = { now, log, wake, worker, bootId: randomUUID(), stopping: ending.signal };
  const work = createWork({ ...adapters, ...life, config, paths, marker, foreign, salvageMs });
  const outbox = createOutbox({ ...work.deps, pauses, wakeOutbox: () => wakers.one('outbox') });
  const beside = createBeside({ ...work.deps, abortRun: work.abortRun, pauses });
  const readiness = createReadiness(store);
  const wakeInbox = () => wakers.one('inbox');
  const { notes } = beside;
  const verbs = createVerbs(work);
  const door = createWebhookDoor(verbs, { pauses, readiness, notes, bodyLimits, wakeInbox });
  const api = () => openApiDoor(verbs, { paths, pauses, readiness, notes, files, mask: masker.mask });
  return { log, store, files, wakers, ending, work, outbox, beside, readiness, door, api };
}

async function live(rooms: Awaited<ReturnType<typeof openRooms>>) {
  const { log, store, files, wakers, ending, work, outbox, beside, readiness, door, api } = rooms;
  const { scheduler, reaper } = work;
  const { inbox } = door;
  const { signal } = ending;
  // The door is open already: a start that fails must not hold the process.
  const listener = await door.open();
  const admin = await api().catch(closing(listener));
  await work.recover().catch(closing(listener, admin));
  readiness.recovered();
  const steps = {
    config: files.step,
    beside: () => beside.step(signal),
    inbox: inbox.step,
    scheduler: scheduler.step,
    outbox: outbox.step,
    reaper: reaper.step,
  };
  const loops = createLoops({ steps, wakers, signal, log });
  const parts = [scheduler, inbox, outbox];
  return {
    /** The public listener. */
    url: listener.url,
    /** The API over TCP, and the path of its socket. */
    adminUrl: admin.url,
    socket: admin.socket,
    config: files,
    ...loops,
    get activeRuns() {
      return scheduler.active;
    },
    /** Runs, deliveries and words to the forge. */
    get underWay() {
      return activeIn(parts);
    },
    /** Deliveries of this forge and orders for it. */
    underWayAt: (forge: string) => inbox.activeAt(forge) + outbox.activeAt(forge),
    oneEnded: () => oneEndedIn(parts),
    /** No more requests, no more claims; agents are ended and their tasks queued again without a burnt attempt. */
    async stop() {
      await Promise.all([listener.close(), admin.close()]);
      await scheduler.stop();
      ending.abort(SHUTDOWN);
      await loops.ended();
      // A claim that was under way when the runs were ended.
      await scheduler.stop();
      await orAfter(STOP_PATIENCE_MS, Promise.all([inbox.allEnded(), outbox.allEnded()]));
      await store.close();
    },
  };
}
