// Composition root: config in, running kugetsu out. The only importer of implementations; no decisions of its own.
import { randomUUID } from 'node:crypto';
import { connect, type Connection } from './app-forges.js';
import { newId, runnerDeps } from './app-runner.js';
import { reporting } from './app-reporting.js';
import { commanding } from './app-commands.js';
import type { Config } from './config/config.js';
import type { HomePaths } from './config/home.js';
import { createGit } from './git/create.js';
import { listen, publicApp, type Listener } from './http/listen.js';
import { createInbox } from './intake/inbox.js';
import { route } from './intake/route.js';
import { createOutbox } from './reporter/outbox.js';
import { createReaper } from './reaper/reaper.js';
import { catchUpPulls } from './intake/catch-up.js';
import { recoverRuns } from './runner/recover.js';
import { salvage } from './runner/salvage.js';
import { createScheduler } from './runner/scheduler.js';
import { createBubblewrapSandbox } from './sandbox/bubblewrap.js';
import { createNoneSandbox } from './sandbox/none.js';
import type { Store } from './store/store.js';
import { openSqliteStore } from './store/sqlite/open.js';
import type { Clock } from './support/clock.js';
import { KugetsuError } from './support/errors.js';
import type { Log } from './support/log.js';
import { createLoop, type Loop } from './support/loop.js';
import type { Masker } from './support/mask.js';

export interface AppDeps {
  readonly config: Config;
  readonly paths: HomePaths;
  readonly clock: Clock;
  readonly log: Log;
  readonly masker: Masker;
}

export interface App {
  /** The public listener. */
  readonly url: string;
  /** Runs the loops until `stop`. */
  start(): void;
  /** One step of every loop by hand; true when something was done. For tests: do not mix with `start`. */
  step(): Promise<boolean>;
  /** Resolves when one of the active runs has ended; at once when none is active. */
  runEnded(): Promise<void>;
  readonly activeRuns: number;
  /** No more requests, no more claims; agents are ended and their tasks queued again without a burnt attempt. */
  stop(): Promise<void>;
}

type Loops = Record<'inbox' | 'scheduler' | 'outbox' | 'reaper', () => void>;

/** Opens the store, recovers what an earlier boot left, listens. The caller holds the lock of the home. */
export async function createApp(deps: AppDeps): Promise<App> {
  const { config, paths, clock, log } = deps;
  const sandbox = config.sandbox.kind === 'none' ? createNoneSandbox() : createBubblewrapSandbox({});
  const probe = await sandbox.probe();
  if (!probe.ok) {
    const way = 'or, knowing that agents then run unprotected, set `sandbox: { kind: none }`';
    throw new KugetsuError('sandbox', `the sandbox does not work here: ${probe.problem} ${probe.fix} ${way}`);
  }
  const store = await openSqliteStore({ file: paths.database, log });
  const connections = connect(config, store.repos, log);
  const wakers: Loops = { inbox: () => {}, scheduler: () => {}, outbox: () => {}, reaper: () => {} };
  const wakeAll = () => Object.values(wakers).forEach((wake) => wake());
  const forgeOf = (name: string) => connections.get(name)?.forge;
  const git = createGit({ mirrorsDir: paths.mirrors, worktreesDir: paths.worktrees, runDir: paths.run, log });
  const runner = runnerDeps({
    config,
    paths,
    store,
    git,
    sandbox,
    clock,
    log,
    bootId: randomUUID(),
    forgeOf,
    wake: wakeAll,
  });
  const scheduler = createScheduler(runner, wakeAll);
  const salvageWork = (session: Parameters<typeof salvage>[1]) => salvage(runner, session);
  const commands = commanding({
    config,
    store,
    clock,
    newId,
    abortRun: scheduler.abort,
    unpushedWork: salvageWork,
    wake: wakeAll,
  });
  const inbox = createInbox({
    store,
    now: () => clock.now(),
    log,
    receiverOf: (name) => connections.get(name)?.receiver,
    route: (event, delivery) => route({ ...commands.route, forgeOf }, event, delivery),
  });
  const outbox = createOutbox({
    store,
    now: () => clock.now(),
    log,
    senders: await reporting({ ...deps, store, runner, sandbox }),
  });
  const reaper = createReaper({
    store,
    now: () => clock.now(),
    log,
    git,
    folders: paths,
    removeHome: runner.removeHome,
    sessionFree: scheduler.sessionFree,
    salvage: salvageWork,
    wake: wakeAll,
  });
  await recoverRuns(runner);
  await catchUpPulls({ ...commands.route, log }, forgeOf);
  const listener = await openDoor(deps, store, connections, () => wakers.inbox());
  const steps = { inbox: inbox.step, scheduler: scheduler.step, outbox: outbox.step, reaper: reaper.step };
  return running({ deps, steps, wakers, listener, store, scheduler });
}

function openDoor(
  deps: AppDeps,
  store: Store,
  connections: ReadonlyMap<string, Connection>,
  wakeInbox: () => void,
) {
  const { config, clock, log } = deps;
  const app = publicApp({
    deliveries: store.deliveries,
    now: () => clock.now(),
    log,
    connection: (name) => connections.get(name),
    wakeInbox,
    ready: () => true,
  });
  return listen(app, log, config.server.listen.host, config.server.listen.port);
}

interface Parts {
  readonly deps: AppDeps;
  readonly steps: Record<keyof Loops, () => Promise<boolean>>;
  readonly wakers: Loops;
  readonly listener: Listener;
  readonly store: Store;
  readonly scheduler: ReturnType<typeof createScheduler>;
}

/** A loop that is not woken looks again after this long. */
const IDLE_MS = 5_000;

function running({ deps, steps, wakers, listener, store, scheduler }: Parts): App {
  const ending = new AbortController();
  const loops: Promise<void>[] = [];
  const names = ['inbox', 'scheduler', 'outbox', 'reaper'] as const;
  return {
    url: listener.url,
    start() {
      for (const name of names) {
        const loop: Loop = createLoop({
          name,
          step: steps[name],
          idleMs: IDLE_MS,
          signal: ending.signal,
          log: deps.log,
        });
        wakers[name] = () => loop.wake();
        loops.push(loop.run());
      }
    },
    async step() {
      let did = false;
      for (const name of names) did = (await steps[name]()) || did;
      return did;
    },
    runEnded: () => scheduler.oneEnded(),
    get activeRuns() {
      return scheduler.active;
    },
    async stop() {
      await listener.close();
      await scheduler.stop();
      ending.abort();
      await Promise.all(loops);
      await store.close();
    },
  };
}
