// A real Gitea: the program named by KUGETSU_TEST_GITEA, started on loopback in an empty folder as an ordinary user.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/kugetsu-process.js';
import { until } from '../support/until.js';

export type GiteaProgram = Awaited<ReturnType<typeof startGitea>>;

/** Gitea refuses to run as root: then it is started as "nobody". */
const ORDINARY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export async function startGitea(program: string, staticRoot: string | undefined) {
  const dir = mkdtempSync(join(tmpdir(), 'kugetsu-gitea-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const ini = join(dir, 'app.ini');
  writeFileSync(ini, configuration({ dir, port, url, staticRoot }));
  for (const name of ['data', 'repos', 'log']) mkdirSync(join(dir, name));
  own([dir, ini, ...['data', 'repos', 'log'].map((name) => join(dir, name))]);
  const env = { PATH: process.env['PATH'] ?? '', HOME: dir, GITEA_WORK_DIR: dir, USER: 'nobody' };
  const cli = (...args: string[]) =>
    execFileSync(program, ['--config', ini, ...args], {
      env,
      cwd: dir,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      ...ORDINARY,
    });
  cli('migrate');
  let child = await serve();

  async function serve(): Promise<ChildProcess> {
    const started = spawn(program, ['--config', ini, 'web'], { env, cwd: dir, stdio: 'ignore', ...ORDINARY });
    await until('Gitea answers', async () => {
      if (started.exitCode !== null)
        throw new Error(`Gitea ended with ${started.exitCode}; see ${join(dir, 'log')}`);
      return await answers(`${url}/api/v1/version`);
    });
    return started;
  }

  async function end(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  return {
    url,
    reposDir: join(dir, 'repos'),
    version: (await (await fetch(`${url}/api/v1/version`)).json()) as { version: string },
    createUser: (login: string, options: UserOptions = {}) => createUser(cli, login, options),
    stop: end,
    async start(): Promise<void> {
      child = await serve();
    },
    async close(): Promise<void> {
      await end();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

interface UserOptions {
  readonly admin?: boolean;
  readonly scopes?: string;
}

/** An account with a token of all scopes (or of `scopes`). */
function createUser(cli: (...args: string[]) => string, login: string, options: UserOptions): string {
  const password = randomBytes(12).toString('hex');
  const who = ['--username', login, '--password', password, '--email', `${login}@example.com`];
  const admin = options.admin === true ? ['--admin'] : [];
  cli('admin', 'user', 'create', ...who, '--must-change-password=false', ...admin);
  const token = ['--username', login, '--token-name', 'test', '--scopes', options.scopes ?? 'all', '--raw'];
  return cli('admin', 'user', 'generate-access-token', ...token).trim();
}

function own(paths: readonly string[]): void {
  for (const path of paths) {
    chmodSync(path, 0o755);
    if ('uid' in ORDINARY) chownSync(path, ORDINARY.uid ?? 0, ORDINARY.gid ?? 0);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

function configuration(on: {
  dir: string;
  port: number;
  url: string;
  staticRoot: string | undefined;
}): string {
  const { dir, port, url, staticRoot } = on;
  return `RUN_MODE = prod
RUN_USER =
WORK_PATH = ${dir}
[server]
PROTOCOL = http
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
ROOT_URL = ${url}/
DISABLE_SSH = true
OFFLINE_MODE = true
APP_DATA_PATH = ${join(dir, 'data')}
${staticRoot === undefined ? '' : `STATIC_ROOT_PATH = ${staticRoot}`}
[database]
DB_TYPE = sqlite3
PATH = ${join(dir, 'data', 'gitea.db')}
[repository]
ROOT = ${join(dir, 'repos')}
[security]
INSTALL_LOCK = true
SECRET_KEY = ${randomBytes(32).toString('hex')}
INTERNAL_TOKEN = ${randomBytes(32).toString('hex')}
PASSWORD_HASH_ALGO = pbkdf2$1000$50
[webhook]
ALLOWED_HOST_LIST = loopback
[service]
DISABLE_REGISTRATION = true
[actions]
ENABLED = false
[mailer]
ENABLED = false
[log]
MODE = file
LEVEL = warn
ROOT_PATH = ${join(dir, 'log')}
`;
}
