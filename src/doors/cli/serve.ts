// `kugetsu serve`: the server, owner of its home until it is told to stop.
import type { Command } from 'commander';
import type { Config } from '../../config/config.js';
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
  const { config, notes } = await readOrExplain(deps, masker);
  const paths = ensureHome(resolveHome(deps.env));
  const release = await takeHome(paths.home);
  try {
    const { createLog } = await import('../../support/log.js');
    const log = createLog({ level: deps.env['KUGETSU_DEBUG'] ? 'debug' : 'info', masker });
    for (const note of notes) log.warn('config.note', { note });
    const moved = settleLostDatabase(paths, options.fresh === true, new Date());
    if (moved !== undefined) log.warn('home.begun_anew', { moved });
    const signal = deps.stopSignal();
    await runServer(deps, { config: withFlags(config, options), log, masker, signal });
  } finally {
    release();
  }
}

/** Somebody who starts the server first of all gets a configuration to begin with, on stdout to be kept. */
async function readOrExplain(
  deps: CliDeps,
  masker: Pick<Masker, 'add'>,
): Promise<{ config: Config; notes: readonly string[] }> {
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

function withFlags(config: Config, { host, port }: ServeOptions): Config {
  const listen = { host: host ?? config.server.listen.host, port: port ?? config.server.listen.port };
  return { ...config, server: { ...config.server, listen } };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new KugetsuError('bad_port', `--port ${text}: must be a number from 0 to 65535`, { exitCode: 2 });
}
