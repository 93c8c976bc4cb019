import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { runCli } from '../../../../src/doors/cli/cli.js';
import type { AppOptions, CliDeps, CommandEntry } from '../../../../src/doors/cli/command.js';
import { STARTER_CONFIG } from '../../../../src/doors/cli/starter-config.js';
import { COMMANDS } from '../../../../src/doors/cli/commands.js';
import { acquireHomeLock } from '../../../../src/config/lock.js';
import { ensureHome } from '../../../../src/config/home.js';
import { KugetsuError } from '../../../../src/support/errors.js';
import { SMALL, TOKEN, aHome } from '../../config/a-home.js';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(
  argv: string[],
  deps: Partial<CliDeps> = {},
  commands?: readonly CommandEntry[],
): Promise<Ran> {
  const written = { out: '', err: '' };
  const all: CliDeps = {
    env: {},
    stdout: (text) => void (written.out += text),
    stderr: (text) => void (written.err += text),
    stopSignal: () => AbortSignal.abort(),
    openApp: () => Promise.reject(new Error('no server was to be started')),
    ...deps,
  };
  const code = await runCli(argv, all, commands);
  return { code, ...written };
}

/** The environment of this home, with an opencode in PATH: a missing agent is a mistake too. */
function withOpencode(home: string): { KUGETSU_HOME: string; PATH: string } {
  writeFileSync(join(home, 'opencode'), '', { mode: 0o700 });
  return { KUGETSU_HOME: home, PATH: home };
}

test('--help lists the commands, --version prints a version, both with 0', async () => {
  const help = await run(['--help']);
  expect(help).toMatchObject({ code: 0, err: '' });
  for (const { name, summary } of COMMANDS)
    expect(help.out).toMatch(new RegExp(`^ +${name} +${summary.slice(0, 20)}`, 'm'));
  expect(help.out).toContain('5 not initialised');
  expect(await run(['--version'])).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
  expect((await run(['help', 'serve'])).out).toContain('--port <number>');
});

test('no command at all is a mistake of usage and shows the help', async () => {
  const ran = await run([]);
  expect(ran).toMatchObject({ code: 2, out: '' });
  expect(ran.err).toContain('Usage: kugetsu');
});

test.each([
  [['serv'], /Did you mean serve\?/],
  [['serve', '--prot', '1'], /Did you mean --port\?/],
  [['serve', 'extra'], /too many arguments/],
  [['serve', '--port', '70000'], /--port 70000: must be a number from 0 to 65535/],
  [['serve', '--port'], /argument missing/],
  [['config', 'chek'], /Did you mean check\?/],
  [['config'], /Usage: kugetsu config/],
  [['--nonsense'], /unknown option/],
])('%j is a mistake of usage', async (argv, message) => {
  const ran = await run(argv, { env: { KUGETSU_HOME: aHome() } });
  expect(ran).toMatchObject({ code: 2, out: '' });
  expect(ran.err).toMatch(message);
});

test('a failure is one message without a stack, unless KUGETSU_DEBUG asks for it', async () => {
  const failing = (error: unknown): CommandEntry[] => {
    const action = async (): Promise<never> => {
      throw error;
    };
    const load = async () => ({
      register: (program: Command) => {
        program.command('fail').action(action);
      },
    });
    return [{ name: 'fail', summary: 'fails', load }];
  };
  const known = new KugetsuError('x', 'cannot find T-2f9c; `kugetsu queue` lists all', { exitCode: 3 });
  expect(await run(['fail'], {}, failing(known))).toEqual({
    code: 3,
    out: '',
    err: `kugetsu: ${known.message}\n`,
  });
  const unknown = new TypeError('broken', { cause: new Error('inner') });
  expect(await run(['fail'], {}, failing(unknown))).toEqual({
    code: 1,
    out: '',
    err: 'kugetsu: broken: inner\n',
  });
  const debug = await run(['fail'], { env: { KUGETSU_DEBUG: '1' } }, failing(unknown));
  expect(debug.err).toContain('cli.test.ts');
});

test('config check says what is there', async () => {
  const env = withOpencode(aHome({ 'config.yaml': SMALL }));
  expect(await run(['config', 'check'], { env })).toEqual({
    code: 0,
    out: 'config.yaml: ok, 1 forge, 1 repository rule\n',
    err: '',
  });
});

test('config check lists every mistake with its line and exits 2', async () => {
  const home = aHome({
    'config.yaml': SMALL.replace('kind: gitea', 'kind: gitlab').replace('work:acme', 'wrok:acme'),
  });
  const ran = await run(['config', 'check'], { env: withOpencode(home) });
  expect(ran).toMatchObject({ code: 2, out: '' });
  expect(ran.err.split('\n')).toEqual([
    'kugetsu: the configuration has 2 mistakes:',
    `${home}/config.yaml:3:5: forges[0].kind: gitlab is not supported yet; gitea, forgejo and github are; remove this forge from the file`,
    `${home}/config.yaml:8:5: repos[0].match: there is no forge "wrok"; did you mean "work"?`,
    '',
  ]);
});

test('config check of a named file that is not there exits 2, without any configuration 5', async () => {
  const env = { KUGETSU_HOME: aHome() };
  const named = await run(['config', 'check', join(env.KUGETSU_HOME, 'none.yaml')], { env });
  expect(named).toMatchObject({ code: 2 });
  expect(named.err).toContain('none.yaml: does not exist');
  const none = await run(['config', 'check'], { env });
  expect(none).toMatchObject({ code: 5, out: '' });
  expect(none.err).toContain('`kugetsu serve` prints one');
});

test('serve before there is a configuration exits 5, prints one that is right, and writes nothing', async () => {
  const home = join(aHome(), 'new');
  const ran = await run(['serve'], { env: { KUGETSU_HOME: home } });
  expect(ran).toMatchObject({ code: 5, out: STARTER_CONFIG });
  expect(ran.err).toContain(`${home}/config.yaml`);
  expect(existsSync(home)).toBe(false);
  expect(STARTER_CONFIG.trimEnd().split('\n')).toHaveLength(10);
  const env = withOpencode(aHome({ 'config.yaml': STARTER_CONFIG }));
  expect(await run(['config', 'check'], { env })).toMatchObject({ code: 0, err: '' });
});

test('serve with mistakes in the configuration exits 2 and starts nothing', async () => {
  const env = { KUGETSU_HOME: aHome({ 'config.yaml': `${SMALL}limits: { agents: 0 }\n` }) };
  const ran = await run(['serve'], { env });
  expect(ran).toMatchObject({ code: 2, out: '' });
  expect(ran.err).toContain('config.yaml:9:11: limits.agents: must be at least 1');
  expect(existsSync(join(env.KUGETSU_HOME, 'run'))).toBe(false);
});

test('serve starts the server with flags over environment over file, in a home it owns', async () => {
  const home = aHome({ 'config.yaml': `${SMALL}server: { listen: 127.0.0.1:1 }\n` });
  let seen: AppOptions | undefined;
  let ended = false;
  let lockedBy: number | undefined;
  const openApp = async (options: AppOptions) => {
    seen = options;
    const lock = acquireHomeLock(home);
    lockedBy = lock.ok ? undefined : lock.heldBy;
    const stop = async () => void (ended = true);
    return {
      url: 'http://[::1]:1',
      adminUrl: 'http://127.0.0.1:1',
      socket: '/run/kugetsu.sock',
      start: () => undefined,
      stop,
    };
  };
  const env = {
    KUGETSU_HOME: home,
    KUGETSU_SERVER_LISTEN: '127.0.0.1:2',
    PATH: resolve('node_modules/.bin'),
  };
  expect(await run(['serve', '--host', '::1', '--port', '0'], { env, openApp })).toMatchObject({
    code: 0,
    err: '',
  });
  expect(seen?.config.first.config.server.listen).toEqual({ host: '::1', port: 0 });
  // The file is read again with the same flags.
  expect(seen?.config.load()).toMatchObject({ config: { server: { listen: { host: '::1', port: 0 } } } });
  expect(seen?.masker.mask(TOKEN)).toBe('***');
  expect(ended).toBe(true);
  expect(lockedBy).toBe(process.pid);
  await run(['serve'], { env, openApp });
  expect(seen?.config.first.config.server.listen).toEqual({ host: '127.0.0.1', port: 2 });
  const after = acquireHomeLock(home);
  expect(after.ok).toBe(true);
  if (after.ok) after.release();
});

test('a home is free again after a server that failed', async () => {
  const env = { KUGETSU_HOME: aHome({ 'config.yaml': SMALL }) };
  const openApp = () => Promise.reject(new Error('port is taken'));
  for (let time = 0; time < 2; time += 1) {
    expect(await run(['serve'], { env, openApp })).toMatchObject({
      code: 1,
      err: 'kugetsu: port is taken\n',
    });
  }
});

test('serve refuses a home that another process owns, and one of the earlier tool', async () => {
  const home = ensureHome(aHome({ 'config.yaml': SMALL })).home;
  const env = { KUGETSU_HOME: home };
  const lock = acquireHomeLock(home);
  const owned = await run(['serve'], { env });
  expect(owned).toMatchObject({ code: 4, out: '' });
  expect(owned.err).toContain(`process ${process.pid} already runs with ${home}`);
  if (lock.ok) lock.release();
  mkdirSync(join(home, 'sessions'));
  for (const argv of [['serve'], ['config', 'check']]) {
    const earlier = await run(argv, { env });
    expect(earlier).toMatchObject({ code: 4, out: '' });
    expect(earlier.err).toContain('`kugetsu import`');
  }
});

test('a home of the earlier tool without a configuration is not called new', async () => {
  const home = aHome();
  rmSync(join(home, 'secrets'), { recursive: true });
  writeFileSync(join(home, 'index.json'), '{}');
  const ran = await run(['serve'], { env: { KUGETSU_HOME: home } });
  expect(ran).toMatchObject({ code: 4, out: '' });
  expect(readdirSync(home)).toEqual(['index.json']);
});

test('serve refuses a home that others can enter', async () => {
  const home = aHome({ 'config.yaml': SMALL });
  chmodSync(home, 0o750);
  const ran = await run(['serve'], { env: { KUGETSU_HOME: home } });
  expect(ran).toMatchObject({ code: 4, out: '' });
  expect(ran.err).toContain(`chmod 700 ${home}`);
});
