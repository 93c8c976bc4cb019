// `kugetsu serve`: the server, owner of its home until it is told to stop.
import type { Command } from 'commander';
import type { ConfigSource } from '../../config/live.js';
import type { LoadedConfig, RightConfig } from '../../config/load.js';
import { KugetsuError } from '../../support/errors.js';
import type { Masker } from '../../support/mask.js';
import type { CliDeps, CommandEntry } from './command.js';
import { runServer } from './run-server.js';

interface ServeOptions {
  readonly host?: string;
  readonly port?: number;
  readonly fresh?: boolean;
}

export function register(program: Command, { name, summary }: CommandEntry, deps: CliDeps): void {
  program
    .command(name)
    .description(summary)
    .option('--host <address>', 'where webhooks are received (server.listen)')
    .option('--port <number>', 'the port for webhooks (server.listen)', parsePort)
    .option('--fresh', 'begin with an empty database where the one of this home is lost')
    .action((options: ServeOptions) => serve(options, deps));
}

async function serve(options: ServeOptions, deps: CliDeps): Promise<void> {
  const { ensureHome, resolveHome } = await import('../../config/home.js');
  const { settleLostDatabase } = await import('../../config/lost-database.js');
  const { createMasker } = await import('../../support/mask.js');
  const masker = createMasker();
  const config = await followed(await readOrExplain(deps, masker), options, deps, masker);
  const paths = ensureHome(resolveHome(deps.env));
  const release = await takeHome(paths.home);
  try {
    const { createLog } = await import('../../support/log.js');
    const log = createLog({ level: deps.env['KUGETSU_DEBUG'] ? 'debug' : 'info', masker });
    for (const note of config.first.notes) log.warn('config.note', { note });
    const moved = settleLostDatabase(paths, options.fresh === true, new Date());
    if (moved !== undefined) log.warn('home.begun_anew', { moved });
    const signal = deps.stopSignal();
    await runServer(deps, { config, log, masker, signal });
  } finally {
    release();
  }
}

/** Somebody who starts the server first of all gets a configuration to begin with, on stdout to be kept. */
async function readOrExplain(deps: CliDeps, masker: Pick<Masker, 'add'>): Promise<RightConfig> {
  const { readConfig } = await import('./read-config.js');
  try {
    return readConfig(deps.env, masker);
  } catch (error) {
    if (!(error instanceof KugetsuError) || error.code !== 'not_initialised') throw error;
    const { STARTER_CONFIG, explainStarter } = await import('./starter-config.js');
    deps.stdout(STARTER_CONFIG);
    throw new KugetsuError(error.code, explainStarter(deps.env), { exitCode: 5 });
  }
}

async function takeHome(home: string): Promise<() => void> {
  const { acquireHomeLock } = await import('../../config/lock.js');
  const lock = acquireHomeLock(home);
  if (lock.ok) return lock.release;
  const owner = lock.heldBy === undefined ? 'another process' : `process ${lock.heldBy}`;
  const message = `${owner} already runs with ${home}; stop it first, or name another folder in KUGETSU_HOME`;
  throw new KugetsuError('home_in_use', message, { exitCode: 4 });
}

/** Read again as `config check` reads it; the flags of this start count over the file, now and then. */
async function followed(
  read: RightConfig,
  options: ServeOptions,
  { env }: CliDeps,
  masker: Pick<Masker, 'add'>,
): Promise<ConfigSource> {
  const { loadConfig } = await import('../../config/load.js');
  const { findProgram } = await import('../../agents/find-program.js');
  const { home } = read.config;
  const machine = { findProgram: (program: string) => findProgram(program, env['PATH'] ?? '') };
  const load = (): LoadedConfig => {
    const loaded = loadConfig({ home, env, masker, machine });
    return loaded.ok ? withFlags(loaded, options) : loaded;
  };
  return { first: withFlags(read, options), load };
}

function withFlags(read: RightConfig, { host, port }: ServeOptions): RightConfig {
  const { server } = read.config;
  const listen = { host: host ?? server.listen.host, port: port ?? server.listen.port };
  return { ...read, config: { ...read.config, server: { ...server, listen } } };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new KugetsuError('bad_port', `--port ${text}: must be a number from 0 to 65535`, { exitCode: 2 });
}
