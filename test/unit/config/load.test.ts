import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FORGE_KINDS } from '../../../src/config/forge-kinds.js';
import { loadConfig } from '../../../src/config/load.js';
import { createMasker } from '../../../src/support/mask.js';
import { HOOK, SMALL, TOKEN, aHome, configOf, load } from './a-home.js';

/** Every section of the page on contracts, with a GitHub App left out (it has a test of its own). */
const FULL = `
server: { listen: "[::1]:9000", admin: 127.0.0.1:9001, publicUrl: https://kugetsu.example.com/ }
forges:
  - name: work
    kind: gitea
    url: https://git.example.com/
    tokenFile: secrets/work.token
    webhookSecretFiles: [secrets/work.hook]
    webhookSecrets: ["\${SECOND_HOOK}"]
  - name: hub
    kind: github
    url: https://github.com
    token: \${HUB_TOKEN}
    webhookSecrets: ["\${SECOND_HOOK}"]
  - name: ghe
    kind: github
    url: https://github.example.com
    apiUrl: https://api.example.com/v3/
    token: \${HUB_TOKEN}
    webhookSecrets: ["\${SECOND_HOOK}"]
repos:
  - match: work:acme/*
  - match: hub:acme/api
    agent: claude
    base: develop
    cloneUrl: https://mirror.example.com/acme/api.git
  - match: work:acme/api#14
trigger:
  word: /kugetsu
  labels: { kugetsu: start, kugetsu-pm: delegate }
  permission: write
  bots: [renovate]
agent: opencode
agents:
  opencode: { kind: opencode, model: anthropic/claude-sonnet-4-5, env: [NPM_TOKEN] }
  claude: { kind: acp, command: [claude-code-acp] }
  script: { kind: command, command: [./my-agent, --json] }
sandbox: { kind: none }
limits: { agents: 5, pm: 2, perRepo: 2, memoryPerAgentMb: 100, taskTimeoutHours: 0.5, idleTimeoutMinutes: 3, attempts: 2, turnsWithoutHuman: 1 }
branches: { template: "kugetsu/{owner}/{repo}/{ref}" }
retention: { logDays: 1, rescueDays: 2, queueDays: 3, transcriptDays: 4, idleSessionDays: 5 }
git: { name: kugetsu, email: kugetsu@example.com }
`;
const FULL_ENV = { SECOND_HOOK: 'not-a-real-webhook-secret-0002', HUB_TOKEN: 'not-a-real-token-0002' };

test('a small configuration has every default filled in', () => {
  const config = configOf(SMALL);
  expect(config.server).toEqual({
    listen: { host: '127.0.0.1', port: 8420 },
    admin: { host: '127.0.0.1', port: 8421 },
    adminPublic: false,
    publicUrl: undefined,
    trustedProxies: [],
  });
  expect(config.forges).toEqual([
    {
      name: 'work',
      kind: 'gitea',
      url: 'https://git.example.com',
      apiUrl: 'https://git.example.com/api/v1',
      auth: { kind: 'token', token: TOKEN },
      webhookSecrets: [HOOK],
    },
  ]);
  expect(config.trigger).toEqual({
    word: '/kugetsu',
    labels: { kugetsu: 'start', 'kugetsu-pm': 'delegate' },
    permission: 'write',
    strangersText: false,
    bots: [],
  });
  expect(config.agent).toBe('opencode');
  expect(config.agents).toMatchObject({ opencode: { kind: 'opencode', env: [] } });
  expect(config.sandbox).toEqual({ kind: 'bubblewrap', allowRoot: false });
  expect(config.limits).toMatchObject({
    agents: 3,
    pm: 1,
    perRepo: 3,
    taskTimeoutHours: 1,
    idleTimeoutMinutes: 10,
  });
  expect(config.limits).toMatchObject({ memoryPerAgentMb: 700, attempts: 3, turnsWithoutHuman: 3 });
  expect(config.branches).toEqual({ template: 'fix/issue-{ref}' });
  expect(config.retention).toMatchObject({ logDays: 7, rescueDays: 30, queueDays: 7, transcriptDays: 90 });
  expect(config.git).toEqual({});
  expect(config.environment).toMatchObject({ verbosity: 'default', checkPullRequests: true });
});

test('every section is read, addresses and programs are resolved', () => {
  const config = configOf(FULL, FULL_ENV);
  expect(config.server.listen).toEqual({ host: '::1', port: 9000 });
  expect(config.server.publicUrl).toBe('https://kugetsu.example.com');
  expect(config.forges.map(({ url, apiUrl }) => [url, apiUrl])).toEqual([
    ['https://git.example.com', 'https://git.example.com/api/v1'],
    ['https://github.com', 'https://api.github.com'],
    ['https://github.example.com', 'https://api.example.com/v3'],
  ]);
  expect(config.forges[0]?.webhookSecrets).toEqual([HOOK, FULL_ENV.SECOND_HOOK]);
  expect(config.forges[1]?.auth).toEqual({ kind: 'token', token: FULL_ENV.HUB_TOKEN });
  expect(config.agents['script']).toMatchObject({ command: [join(config.home, 'my-agent'), '--json'] });
  expect(config.agents['claude']).toMatchObject({ command: ['claude-code-acp'] });
  expect(config.limits.perRepo).toBe(2);
});

test('every secret that is read is known to the masker', () => {
  const masker = createMasker();
  const home = aHome({ 'config.yaml': FULL });
  expect(loadConfig({ home, env: FULL_ENV, masker }).ok).toBe(true);
  const all = [TOKEN, HOOK, FULL_ENV.HUB_TOKEN, FULL_ENV.SECOND_HOOK];
  expect(masker.mask(all.join(' '))).toBe('*** *** *** ***');
});

test('C9: credentials in the settings of agents are known by the shape of their use', () => {
  const masker = createMasker();
  const agents = `agents:
  opencode:
    kind: opencode
    config:
      provider: { a: { options: { apiKey: model-key-0001 } }, b: { options: { apiKey: unused, headers: { x-api-key: model-key-0002 } } } }
      mcp:
        far: { url: "https://me:mcp-pass-0003@mcp.example.com/?access_token=mcp-query-0004", headers: { Authorization: Bearer mcp-token-0005 } }
        basic: { headers: { authorization: Basic ${Buffer.from('me:mcp-basic-0006').toString('base64')} } }
        near: { environment: { GITHUB_TOKEN: mcp-env-0007, MODE: mcp-mode-0008 } }
  script: { kind: command, command: [./my-agent, --api-key=arg-key-0009] }
`;
  const home = aHome({ 'config.yaml': `${SMALL}${agents}` });
  expect(loadConfig({ home, env: {}, masker })).toMatchObject({ ok: true });
  const hidden = ['model-key-0001', 'model-key-0002', 'mcp-pass-0003', 'mcp-query-0004', 'mcp-token-0005'];
  for (const secret of [...hidden, 'mcp-basic-0006', 'mcp-env-0007', 'arg-key-0009'])
    expect(masker.mask(`a ${secret} b`)).toBe('a *** b');
  expect(masker.mask('unused mcp-mode-0008 Bearer')).toBe('unused mcp-mode-0008 Bearer');
});

test('of a secret file exactly one line end is dropped', () => {
  const hooks = ['not-a-real-secret-unix\n\n', 'not-a-real-secret-dos\r\n', 'not-a-real-secret-bare'];
  const files = Object.fromEntries(hooks.map((text, index) => [`secrets/${index}.hook`, text]));
  const yaml = SMALL.replace('[secrets/work.hook]', '[secrets/0.hook, secrets/1.hook, secrets/2.hook]');
  expect(configOf(yaml, {}, files).forges[0]?.webhookSecrets).toEqual([
    'not-a-real-secret-unix\n',
    'not-a-real-secret-dos',
    'not-a-real-secret-bare',
  ]);
});

test('what is not wrong but worth knowing is noted', () => {
  const yaml = FULL.replace('https://git.example.com/', 'http://git.example.com/');
  const loaded = load(yaml, { ...FULL_ENV, QUEUE_DAEMON_BATCH_SIZE: '5' });
  expect(loaded.ok && loaded.notes).toEqual([
    expect.stringContaining('QUEUE_DAEMON_BATCH_SIZE is ignored'),
    expect.stringContaining('forge work is reached over http'),
    expect.stringContaining('agent claude cannot work'),
    'no effect yet: agents.opencode.env, limits.pm, limits.turnsWithoutHuman, retention',
  ]);
});

test('another file can be checked, its relative paths stay those of the home', () => {
  const home = aHome({ 'other/new.yaml': SMALL });
  const loaded = loadConfig({ home, env: {}, masker: createMasker(), file: join(home, 'other/new.yaml') });
  expect(loaded.ok && loaded.config.forges[0]?.auth).toEqual({ kind: 'token', token: TOKEN });
});

test('a file of mode 400 is strict enough', () => {
  const home = aHome({ 'config.yaml': SMALL });
  chmodSync(join(home, 'secrets/work.token'), 0o400);
  expect(loadConfig({ home, env: {}, masker: createMasker() }).ok).toBe(true);
});

test('review: nor do a value after its option, a list, a map below a name, a header of any name or a command hide one', () => {
  const masker = createMasker();
  const loaded = loadConfig({
    home: aHome({
      'config.yaml': `${SMALL}agents:
  opencode:
    kind: opencode
    config:
      provider: { a: { options: { apiKeys: [odd-key-0001], baseURL: "https://odd-user-0002@models.example.com/v1", headers: { X-Team: odd-header-0003, Accept: application/json } } } }
      tokens: { one: odd-map-0004 }
      mcp:
        near: { command: [server, --token, odd-next-0005, --mode, plain-mode-0006], environment: { GITHUB_TOKEN_2: odd-env-0007 } }
        shell: { command: [sh, -c, "API_KEY='odd-quoted-0008' server --header Authorization:Bearer\\\\ x"] }
        text: { command: [server, '{"token":"odd-json-0009"}', 'x-api-key:odd-colon-0010'] }
`,
    }),
    env: {},
    masker,
  });
  expect(loaded.ok).toBe(true);
  const hidden = ['key-0001', 'user-0002', 'header-0003', 'map-0004', 'next-0005', 'env-0007'];
  for (const name of [...hidden, 'quoted-0008', 'json-0009', 'colon-0010'])
    expect([name, masker.mask(`odd-${name}`)]).toEqual([name, '***']);
  const plain = 'application/json plain-mode-0006 models.example.com server';
  expect(masker.mask(plain)).toBe(plain);
});

test('the API of a forge is where its kind has it', () => {
  const of = (kind: 'gitea' | 'github', url: string) => FORGE_KINDS[kind].apiUrl(url);
  expect([
    of('gitea', 'https://git.example.com/below'),
    of('github', 'https://github.com'),
    of('github', 'https://GitHub.com'),
    of('github', 'https://acme.ghe.com'),
    of('github', 'https://ghe.com.example.org'),
    of('github', 'https://github.example.com'),
  ]).toEqual([
    'https://git.example.com/below/api/v1',
    'https://api.github.com',
    'https://api.github.com',
    'https://api.acme.ghe.com',
    'https://ghe.com.example.org/api/v3',
    'https://github.example.com/api/v3',
  ]);
});
