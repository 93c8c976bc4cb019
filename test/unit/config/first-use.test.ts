// What somebody gets wrong on the first day: each is found by `config check`, and found beside all others.
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../../src/doors/cli/cli.js';
import { aHome, configOf, load, problemsOf, SMALL, told } from './a-home.js';

/** `kugetsu config check`, with an opencode in PATH. */
async function check(yaml: string, prepare: (home: string) => Record<string, string> = () => ({})) {
  const home = aHome({ 'config.yaml': yaml, 'bin/opencode': '', 'my-agent': '' });
  chmodSync(join(home, 'bin/opencode'), 0o700);
  const env = { KUGETSU_HOME: home, PATH: join(home, 'bin'), ...prepare(home) };
  let err = '';
  const code = await runCli(['config', 'check'], {
    env,
    stdout: () => undefined,
    stderr: (text) => void (err += text),
    stopSignal: () => AbortSignal.abort(),
    openApp: () => Promise.reject(new Error('no server was to be started')),
  });
  const lines = err.trimEnd().replaceAll(home, 'HOME').split('\n');
  return { code, lines };
}

test('first-use 10: config check finds what only this machine can tell: home mode, programs, variables', async () => {
  const agents = `agents:
  opencode: { kind: opencode, program: ./no-opencode }
  mine: { kind: command, command: [./my-agent] }
  other: { kind: command, command: [no-such-program, --json] }
`;
  const { code, lines } = await check(`${SMALL}${agents}`, (home) => {
    chmodSync(home, 0o755);
    return { KUGETSU_LIMIT_AGENTS: '3', KUGETSU_DEBUGG: '1' };
  });
  expect(code).toBe(2);
  expect(lines).toEqual([
    'kugetsu: the configuration has 6 mistakes:',
    'HOME/config.yaml:10:31: agents.opencode.program: HOME/no-opencode is not there or may not be executed; correct the path, or run chmod +x on it',
    'HOME/config.yaml:11:36: agents.mine.command[0]: HOME/my-agent is not there or may not be executed; correct the path, or run chmod +x on it',
    'HOME/config.yaml:12:37: agents.other.command[0]: there is no program no-such-program in PATH; install it, or write its absolute path',
    'HOME: can be entered by other users of this machine; run chmod 700 HOME',
    'environment: KUGETSU_LIMIT_AGENTS: there is no setting of this name; did you mean KUGETSU_LIMITS_AGENTS?',
    'environment: KUGETSU_DEBUGG: there is no setting of this name; did you mean KUGETSU_DEBUG?',
  ]);
  expect((await check(SMALL, () => ({ PATH: '/nowhere' }))).lines).toContain(
    'HOME/config.yaml:1:1: agents.opencode: there is no program opencode in PATH; install it, or write its absolute path',
  );
  expect(await check(SMALL)).toEqual({ code: 0, lines: [''] });
});

test('first-use 10: the address of a repository is not that of a forge', () => {
  const withUrl = (url: string, more = '') => SMALL.replace('https://git.example.com', `${url}${more}`);
  expect(told(problemsOf(withUrl('https://git.example.com/acme/api')))).toEqual([
    '4 forges[0].url: is the address of a repository, not of the start page; write url: https://git.example.com, and the repository into repos (where the forge really is below such a path, write its apiUrl too)',
  ]);
  expect(problemsOf(withUrl('https://example.com/git/acme/api.git'))[0]?.fix).toContain(
    'https://example.com/git,',
  );
  expect(problemsOf(withUrl('https://example.com/git'))).toEqual([]);
  expect(problemsOf(withUrl('https://e.com/a/b', '\n    apiUrl: https://e.com/a/b/api/v1'))).toEqual([]);
  expect(problemsOf(withUrl('https://github.com/acme').replace('gitea', 'github'))).toHaveLength(1);
});

test('first-use 10: a wrong kind hides neither the other mistakes of its entry nor those in its secrets', () => {
  const yaml = SMALL.replace('kind: gitea', 'kind: giteaa').replace('secrets/work.token', 'secrets/none');
  const agents =
    'agents:\n  opencode: { kind: opencod, modle: x }\n  mine: { kind: x, command: [], env: 3 }\n';
  expect(problemsOf(`${yaml}${agents}`).map(({ path }) => path)).toEqual([
    'forges[0].kind',
    'forges[0].tokenFile',
    'agents.opencode.kind',
    'agents.opencode.modle',
    'agents.mine.kind',
    'agents.mine.command[0]',
    'agents.mine.env',
  ]);
});

test('first-use 10: settings that are not built yet are known, and told to have no effect yet', () => {
  const later = `server: { adminPublic: true, trustedProxies: [127.0.0.1, 10.0.0.0/8] }
agents: { opencode: { kind: opencode, network: allowlist } }
limits: { questionHours: 24, perPerson: 20 }
egress: { allow: [registry.example.com] }
models: [{ name: anthropic, kind: anthropic, keyFile: secrets/anthropic.key }]
budget: { perTask: { usd: 5 } }
prices: {}
pushes: { workflows: hold }
access: [{ repo: 'work:acme/*', verbs: [start] }]
repoFile: { allow: [base] }
notify: [{ sink: webhook, url: https://chat.example.com/hook }]
telegram: { tokenFile: secrets/telegram.token }
`;
  const loaded = load(`${SMALL}${later}`);
  expect(loaded.ok && loaded.notes).toEqual([
    'no effect yet: egress, models, budget, prices, pushes, access, repoFile, notify, telegram, agents.opencode.network, limits.questionHours, limits.perPerson',
  ]);
  expect(told(problemsOf(`${SMALL}server: { trustedProxies: [proxy.lan, 10.0.0.0/99] }\n`))).toEqual([
    '9 server.trustedProxies[0]: must be an address or a range of addresses; write for example trustedProxies: [127.0.0.1, 10.0.0.0/8]',
    '9 server.trustedProxies[1]: must be an address or a range of addresses; write for example trustedProxies: [127.0.0.1, 10.0.0.0/8]',
  ]);
});

test('first-use 10: a variable that the file uses is its own affair, an unknown one is noted', () => {
  const yaml = SMALL.replace('tokenFile: secrets/work.token', 'token: ${KUGETSU_LIMITS_TOKEN}');
  const loaded = load(yaml, { KUGETSU_LIMITS_TOKEN: 'not-a-real-token', KUGETSU_XYZZY: '1' });
  expect(loaded.ok && loaded.notes).toEqual([
    expect.stringMatching(/^KUGETSU_XYZZY in the environment sets nothing/),
  ]);
});

test('first-use 9: a model of opencode is provider/model', () => {
  const withModel = (model: string) => `${SMALL}agents: { opencode: { kind: opencode, model: ${model} } }\n`;
  expect(told(problemsOf(withModel('claude')))).toEqual([
    '9 agents.opencode.model: must be provider/model, as `opencode models` lists them; write for example model: anthropic/claude-sonnet-4-5',
  ]);
  expect(problemsOf(withModel('openrouter/meta/llama-3'))).toEqual([]);
});

test('first-use 17: the only agent is the default one, of several one has to be named', () => {
  const mine = `${SMALL}agents:\n  mine: { kind: command, command: [./a] }\n`;
  expect(configOf(mine).agent).toBe('mine');
  const two = `${mine}  other: { kind: command, command: [./b] }\n`;
  expect(told(problemsOf(two))).toEqual([
    '9 agents: of 2 agents none is the default one; write agent: mine (or another) on a line of its own',
  ]);
  expect(configOf(`${two}agent: other\n`).agent).toBe('other');
  expect(configOf(`${two}  opencode: { kind: opencode }\n`).agent).toBe('opencode');
});

test('first-use 17: kind forgejo works like gitea, gitlab says that it is not supported yet', () => {
  expect(configOf(SMALL.replace('gitea', 'forgejo')).forges[0]).toMatchObject({
    kind: 'gitea',
    apiUrl: 'https://git.example.com/api/v1',
  });
  expect(problemsOf(SMALL.replace('gitea', 'gitlab'))[0]?.message).toMatch(/^gitlab is not supported yet/);
});

test('first-use 17: of the mistakes in the YAML the first alone is told, what follows is its echo', () => {
  const bad = SMALL.replace('    kind: gitea', '   kind: gitea');
  expect(told(problemsOf(bad))).toHaveLength(1);
  expect(problemsOf(bad)[0]?.line).toBe(3);
});

test('first-use 17: -V prints the version like --version', async () => {
  let out = '';
  const deps = {
    env: {},
    stdout: (text: string) => void (out += text),
    stderr: () => undefined,
    stopSignal: () => AbortSignal.abort(),
    openApp: () => Promise.reject(new Error('no server was to be started')),
  };
  expect(await runCli(['-V'], deps)).toBe(0);
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
});
