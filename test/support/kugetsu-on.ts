// kugetsu on a world: the real app with real SQLite, git and processes; its loops are stepped by hand, its clock moves by hand.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { createApp, type App } from '../../src/app.js';
import type { BodyLimits } from '../../src/doors/http/bodies.js';
import { ensureHome } from '../../src/config/home.js';
import { loadConfig } from '../../src/config/load.js';
import { findScripted } from '../../src/agents/command/find-scripted.js';
import { createManualClock } from '../../src/support/clock.js';
import { createLog } from '../../src/support/log.js';
import { createMasker } from '../../src/support/mask.js';
import { foldersBelow } from './disk.js';
import type { Face, PracticeWorld } from './faces.js';
import { person } from './issue.js';
import { wrongMoves } from './moves-seen.js';
import { until } from './until.js';
import type { World } from './world.js';

export interface Options {
  /** Lines added to config.yaml. */
  readonly config?: readonly string[];
  /** YAML of the `agents:` map; the scripted agent by default. */
  readonly agents?: readonly string[];
  readonly sandbox?: 'none' | 'bubblewrap';
  /** A second forge, connected as `other`. */
  readonly beside?: World;
  /** True by default. */
  readonly allowRoot?: boolean;
  /** Of the webhook door, where the real ones are seconds and megabytes. */
  readonly bodyLimits?: Partial<BodyLimits>;
  /** Of the reaper and `destroy`, where the real bound is a minute. */
  readonly salvageMs?: number;
  /** Added to the environment that the server reads. */
  readonly env?: Readonly<Record<string, string>>;
}

export const HOOK_SECRET = 'practice-secret-not-real';
/** Real time a story may take to come to rest. */
const SETTLE_BOUND_MS = 100_000;

export type Kugetsu<W extends World = PracticeWorld> = Awaited<ReturnType<typeof kugetsuIn<W>>>;

/** Closed by itself at the end of the test. */
export async function kugetsuOn(face: Face, options: Options = {}): Promise<Kugetsu> {
  const k = await kugetsuIn(await face(), options);
  onTestFinished(k.close);
  return k;
}

export async function kugetsuIn<W extends World>(world: W, options: Options = {}) {
  const home = await mkdtemp(join(tmpdir(), 'kugetsu-home-'));
  writeConfig(world, home, options);
  // Near the forge's own time: what came "since the last turn" is told by comparing the two.
  const clock = createManualClock(Date.now());
  const lines: string[] = [];
  let app = await boot({ home, clock, lines, options }).catch(async (error: unknown) => {
    await rm(home, { recursive: true, force: true });
    throw error;
  });
  await world.addHook(`${app.url}/webhooks/work`, HOOK_SECRET);
  await options.beside?.addHook(`${app.url}/webhooks/other`, HOOK_SECRET);
  return {
    world,
    home,
    clock,
    log: lines,
    get app() {
      return app;
    },
    as: (login: string) => person(world, login),
    settle: () => settle(world, app, lines),
    /** Steps until the condition holds, runs going on meanwhile. */
    stepUntil: (what: string, holds: () => boolean | Promise<boolean>, boundMs?: number) =>
      until(
        what,
        async () => {
          await app.step();
          return await holds();
        },
        boundMs,
      ),
    async restart(): Promise<void> {
      const port = Number(new URL(app.url).port);
      await app.stop();
      app = await boot({ home, clock, lines, options, port });
    },
    worktrees: () => foldersBelow(join(home, 'worktrees'), 3),
    agentHomes: () => foldersBelow(join(home, 'agents'), 1),
    /** Names of kept refs in all mirrors. */
    mirrorRefs: () => refsOf(home),
    /** What the forge's repository holds: `git show BRANCH:FILE`. */
    show: (ref: string) =>
      execFileSync('git', ['--git-dir', world.gitDir, 'show', ref], { encoding: 'utf8' }),
    git: (...args: string[]) =>
      execFileSync('git', ['--git-dir', world.gitDir, ...args], { encoding: 'utf8' }).trim(),
    async close(): Promise<void> {
      await app.stop();
      await world.close();
      const wrong = wrongMoves(join(home, 'kugetsu.db'));
      await rm(home, { recursive: true, force: true });
      expect(wrong).toEqual([]);
    },
  };
}

interface Boot {
  readonly home: string;
  readonly clock: ReturnType<typeof createManualClock>;
  readonly lines: string[];
  readonly options: Options;
  readonly port?: number;
}

async function boot({ home, clock, lines, options, port = 0 }: Boot): Promise<App> {
  const { env, bodyLimits = {}, salvageMs } = options;
  const bounds = { bodyLimits, ...(salvageMs !== undefined && { salvageMs }) };
  const masker = createMasker();
  const load = () => loadConfig({ home, env: { ...addressesOn(port), ...env }, masker });
  const first = load();
  if (!first.ok) throw new Error(JSON.stringify(first.problems, undefined, 1));
  const log = createLog({ level: 'info', masker, destination: { write: (line) => void lines.push(line) } });
  return await createApp({ config: { first, load }, paths: ensureHome(home), clock, log, masker, ...bounds });
}

/** The API on a port that is free; what a test needs of it is `app.adminUrl`. */
function addressesOn(port: number): Record<string, string> {
  return { KUGETSU_SERVER_LISTEN: `127.0.0.1:${port}`, KUGETSU_SERVER_ADMIN: '127.0.0.1:0' };
}

export function writeConfig(world: World, home: string, options: Options): void {
  const secrets = join(home, 'secrets');
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  writeFileSync(join(secrets, 'work.hook'), `${HOOK_SECRET}\n`, { mode: 0o600 });
  const lines = [
    'forges:',
    ...forgeLines(world, secrets, 'work'),
    ...(options.beside === undefined ? [] : forgeLines(options.beside, secrets, 'other')),
    'repos:',
    '  - match: work:acme/*',
    ...(options.beside === undefined ? [] : ['  - match: other:acme/*']),
    'agent: scripted',
    'agents:',
    ...(options.agents ?? scriptedAgent()).map((line) => `  ${line}`),
    // The tests may run as root, as they do in CI; every report of a story says so then.
    `sandbox: { kind: ${options.sandbox ?? 'none'}, allowRoot: ${options.allowRoot ?? true} }`,
    ...(options.config ?? []),
  ];
  writeFileSync(join(home, 'config.yaml'), `${lines.join('\n')}\n`, { mode: 0o600 });
}

function forgeLines(world: World, secrets: string, name: string): string[] {
  const auth = world.authLines(secrets, name).map((line) => `    ${line}`);
  const head = [`  - name: ${name}`, `    kind: ${world.kind}`, `    url: ${world.url}`];
  return [...head, ...auth, '    webhookSecretFiles: [secrets/work.hook]'];
}

function scriptedAgent(): string[] {
  const { command, readOnly } = findScripted();
  return [
    `scripted: { kind: command, command: ${JSON.stringify(command)}, readOnly: ${JSON.stringify(readOnly)} }`,
  ];
}

/** Steps everything until inbox, queue and outbox are empty, no run is active and the forge sends nothing more. */
async function settle(world: World, app: App, lines: readonly string[]): Promise<void> {
  const deadline = Date.now() + SETTLE_BOUND_MS;
  let quiet = 0;
  while (quiet < 2) {
    if (Date.now() > deadline)
      throw new Error(`did not settle; the log ends with\n${lines.slice(-20).join('')}`);
    await world.idle();
    const did = await app.step();
    if (!did && app.underWay > 0) await app.oneEnded();
    quiet = did || app.underWay > 0 ? 0 : quiet + 1;
  }
}

function refsOf(home: string): string[] {
  return foldersBelow(join(home, 'mirrors'), 2)
    .filter((path) => path.endsWith('.git'))
    .flatMap((gitDir) =>
      execFileSync('git', ['--git-dir', gitDir, 'for-each-ref', '--format=%(refname)', 'refs/kugetsu/'], {
        encoding: 'utf8',
      }).split('\n'),
    )
    .filter((name) => name !== '');
}
