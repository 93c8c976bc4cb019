// The home folder: where it is, what is in it, and the refusal to touch one of the earlier tool.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { KugetsuError } from '../support/errors.js';
import type { Config } from './config.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const FOLDERS = ['secrets', 'env', 'mirrors', 'worktrees', 'logs', 'rescue', 'agents', 'run'] as const;

/** Absolute paths of what a home holds. */
export type HomePaths = Readonly<
  Record<(typeof FOLDERS)[number] | 'home' | 'configFile' | 'database', string>
>;

/** `KUGETSU_HOME`, its older name `KUGETSU_DIR`, else `~/.kugetsu`. Absolute; it need not exist. */
export function resolveHome(env: Environment): string {
  const named = env['KUGETSU_HOME'] || env['KUGETSU_DIR'];
  return named ? resolve(named) : join(env['HOME'] || homedir(), '.kugetsu');
}

export function homePaths(home: string): HomePaths {
  const inHome = (name: string): string => join(home, name);
  return {
    home,
    configFile: inHome('config.yaml'),
    database: inHome('kugetsu.db'),
    secrets: inHome('secrets'),
    env: inHome('env'),
    mirrors: inHome('mirrors'),
    worktrees: inHome('worktrees'),
    logs: inHome('logs'),
    rescue: inHome('rescue'),
    agents: inHome('agents'),
    run: inHome('run'),
  };
}

/**
 * Makes the home and its folders where they are missing, for this user alone (0700).
 * Throws `earlier_home` and `home_open` without having written anything.
 */
export function ensureHome(home: string): HomePaths {
  refuseEarlierHome(home);
  refuseOpenHome(home);
  const paths = homePaths(home);
  try {
    for (const folder of [home, ...FOLDERS.map((name) => paths[name])]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
  } catch (cause) {
    throw new KugetsuError('home_unwritable', `cannot create ${home}; name another folder in KUGETSU_HOME`, {
      cause,
    });
  }
  return paths;
}

/** Throws `earlier_home` for a home of the earlier shell tool: it is never written to. */
export function refuseEarlierHome(home: string): void {
  const trace = ['index.json', 'sessions'].find((name) => existsSync(join(home, name)));
  if (trace === undefined) return;
  throw new KugetsuError(
    'earlier_home',
    `${home} belongs to the earlier kugetsu (it holds ${trace}) and is not written to; take it over with ` +
      '`kugetsu import`, or name a new folder in KUGETSU_HOME',
    { exitCode: 4 },
  );
}

/** A folder that others can enter is not narrowed by us: it may be one that others need. */
function refuseOpenHome(home: string): void {
  const mode = modeOf(home);
  if (mode === undefined || (mode & 0o077) === 0) return;
  throw new KugetsuError(
    'home_open',
    `${home} can be entered by other users of this machine; run chmod 700 ${home}`,
    {
      exitCode: 4,
    },
  );
}

/** Undefined where there is nothing yet or it cannot be looked at: making the folder then says why. */
function modeOf(folder: string): number | undefined {
  try {
    return statSync(folder).mode;
  } catch {
    return undefined;
  }
}

/** Parent of the runs' TMPDIR. */
export function tempFolder({ environment }: Pick<Config, 'environment'>): string {
  return environment.tempDir ?? tmpdir();
}
