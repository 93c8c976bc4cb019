// Composition root: config in, running kugetsu out. The only importer of implementations; no decisions of its own.
import { randomUUID } from 'node:crypto';
import { commanding } from './app-commands.js';
import { createBeside } from './app-beside.js';
import { connect, type Connection } from './app-forges.js';
import { reporting } from './app-reporting.js';
import { createReadiness } from './app-readiness.js';
import { newId, placesOf, runnerDeps } from './app-runner.js';
import { createWakers, running, type App } from './app-running.js';
import type { VerbDeps } from './commands/verb.js';
import type { Config } from './config/config.js';
import type { HomePaths } from './config/home.js';
import { createGit } from './git/create.js';
import type { BodyLimits } from './http/bodies.js';
import { addressList } from './http/client-address.js';
import { addressUrl, listen, publicApp, type ListenDeps, type Listener } from './http/listen.js';
import { BODY_LIMITS } from './http/webhooks.js';
import { createPauses } from './forges/pauses.js';
import { createCourtesy } from './intake/courtesy.js';
import { createInbox, type InboxDeps } from './intake/inbox.js';
import { route } from './intake/route.js';
import { createReaper } from './reaper/reaper.js';
import { createOutbox } from './reporter/outbox.js';
import type { RunnerDeps } from './runner/deps.js';
import { recoverRuns } from './runner/recover.js';
import { createSalvage, SALVAGE_MS, unpushedWorkOf } from './runner/salvage.js';
import { createScheduler } from './runner/scheduler.js';
import { openSandbox } from './sandbox/create.js';
import { isRoot } from './sandbox/root.js';
import type { Sandbox } from './sandbox/sandbox.js';
import { openSqliteStore, type OpenedStore } from './store/sqlite/open.js';
import type { Store } from './store/store.js';
import type { Clock } from './support/clock.js';
import type { Log } from './support/log.js';
import type { Masker } from './support/mask.js';

export type { App } from './app-running.js';

export interface AppDeps {
  readonly config: Config;
  readonly paths: HomePaths;
  readonly clock: Clock;
  readonly log: Log;
  readonly masker: Masker;
  /** Over those of the webhook door: smaller ones for tests. */
  readonly bodyLimits?: Partial<BodyLimits>;
  /** How long the hand-over of a session that is removed may take; shorter for tests. */
  readonly salvageMs?: number;
}

/** Opens the store, listens, recovers what an earlier boot left: nothing is claimed before that. Needs the home's lock. */
export async function createApp(deps: AppDeps): Promise<App> {
  const { config, paths, log } = deps;
  const sandbox = await openSandbox({ ...config.sandbox, ...placesOf(config, paths) });
  if (isRoot()) log.warn('sandbox.root', { note: sandbox.describe });
  const store = await openSqliteStore({ file: paths.database, log });
  try {
    return await compose(deps, sandbox, store);
  } catch (error) {
    // A start that fails is a clean end: the next one has nothing to look over.
    await store.close();
    throw error;
  }
}

async function compose(deps: AppDeps, sandbox: Sandbox, store: OpenedStore): Promise<App> {
  const { config, paths, clock, log } = deps;
  const connections = connect(config, store.repos, log, deps.masker);
  const forgeOf = (name: string) => connections.get(name)?.forge;
  const wakers = createWakers();
  const now = () => clock.now();
  const git = createGit({ mirrorsDir: paths.mirrors, worktreesDir: paths.worktrees, runDir: paths.run, log });
  const wake = wakers.all;
  const parts = { config, paths, store, git, sandbox, clock, log, bootId: randomUUID(), forgeOf, wake };
  const runner = runnerDeps(parts);
  const scheduler = createScheduler(runner, wake);
  const { abort: abortRun, sessionFree } = scheduler;
  const ending = new AbortController();
  const stopping = ending.signal;
  const salvageWork = createSalvage(runner, { stopping, mostMs: deps.salvageMs ?? SALVAGE_MS });
  const unpushedWork: VerbDeps['unpushedWork'] = async (session) => {
    await sessionFree(session.id);
    return await unpushedWorkOf(salvageWork, session, stopping);
  };
  const commands = commanding({ config, store, clock, log, newId, abortRun, unpushedWork, wake });
  const routeDeps = { ...commands.route, forgeOf };
  const receiverOf = (name: string) => connections.get(name)?.receiver;
  const routed: InboxDeps['route'] = (event, delivery) => route(routeDeps, event, delivery);
  const pauses = createPauses({ now, log, forgeOf, onEnd: wake });
  const wakeInbox = () => wakers.one('inbox');
  const inbox = createInbox({ store, now, log, receiverOf, route: routed, pauses, wake: wakeInbox });
  const senders = await reporting({ ...deps, store, runner, sandbox });
  const outbox = createOutbox({ store, now, log, senders, pauses, wake: () => wakers.one('outbox') });
  const { removeHome } = runner;
  const working = { store, now, log, git, wake };
  const reaper = createReaper({
    ...working,
    folders: paths,
    removeHome,
    sessionFree,
    salvage: salvageWork,
    stopping,
  });
  const courtesy = createCourtesy();
  const readiness = createReadiness(store);
  const { step: beside, notes } = createBeside({ ...routeDeps, connections, config, pauses });
  const listener = await openDoor(deps, store, connections, {
    missing: readiness.missing,
    notes,
    wakeInbox: () => {
      courtesy.arrived();
      wakeInbox();
    },
  });
  await recovering(runner, listener);
  readiness.recovered();
  const inboxStep = courtesy.after(inbox.step);
  const steps = { inbox: inboxStep, scheduler: scheduler.step, outbox: outbox.step, reaper: reaper.step };
  return running({ log, steps, wakers, listener, store, scheduler, inbox, outbox, beside, ending });
}

/** The door is open already: a start that fails must not hold the process. */
async function recovering(runner: RunnerDeps, listener: Listener): Promise<void> {
  try {
    await recoverRuns(runner);
  } catch (error) {
    await listener.close();
    throw error;
  }
}

function openDoor(
  deps: AppDeps,
  store: Store,
  connections: ReadonlyMap<string, Connection>,
  door: Pick<ListenDeps, 'missing' | 'notes' | 'wakeInbox'>,
): Promise<Listener> {
  const { config, clock, log } = deps;
  const { listen: address, publicUrl, trustedProxies } = config.server;
  const isTrustedProxy = addressList(trustedProxies);
  const base = publicUrl ?? addressUrl(address.host, address.port);
  const app = publicApp({
    deliveries: store.deliveries,
    now: () => clock.now(),
    log,
    connection: (name) => connections.get(name),
    ...door,
    webhookUrls: config.forges.map(({ name }) => `${base}/webhooks/${name}`),
    bodyLimits: { ...BODY_LIMITS, ...deps.bodyLimits },
    isTrustedProxy,
  });
  return listen(app, log, { ...address, isTrustedProxy });
}
