// What reaches an agent's environment, and what never does.
import { expect, test } from 'vitest';
import { createAgent } from '../../../src/agents/create.js';
import { agentEnvironment, refusedVariable } from '../../../src/agents/environment.js';

const base = {
  path: '/usr/bin',
  home: '/h',
  tmpDir: '/t',
  facts: { KUGETSU_TASK: 'T-1' },
  identity: { name: 'bot', email: 'bot@example.invalid' },
};

test('the environment is the fixed set, the facts and the variables that were named', () => {
  process.env['SERVERS_OWN'] = 'not for agents';
  const env = agentEnvironment({ ...base, variables: { NPM_TOKEN: 'x' } });
  delete process.env['SERVERS_OWN'];
  expect(env).toEqual({
    PATH: '/usr/bin',
    HOME: '/h',
    TMPDIR: '/t',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    GIT_EDITOR: 'true',
    EDITOR: 'true',
    PAGER: 'cat',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'bot',
    GIT_AUTHOR_EMAIL: 'bot@example.invalid',
    GIT_COMMITTER_NAME: 'bot',
    GIT_COMMITTER_EMAIL: 'bot@example.invalid',
    KUGETSU_TASK: 'T-1',
    NPM_TOKEN: 'x',
  });
});

test('forge tokens, model keys and what changes how programs start are refused with the reason', () => {
  const refused = [
    'GITHUB_TOKEN',
    'GH_TOKEN',
    'GITEA_TOKEN',
    'FORGEJO_TOKEN',
    'ANTHROPIC_API_KEY',
    'openai_api_key',
  ];
  for (const name of [
    ...refused,
    'CLAUDE_CODE_OAUTH_TOKEN',
    'LD_PRELOAD',
    'KUGETSU_HOME',
    'PATH',
    'WORK_WEBHOOK_SECRET',
  ])
    expect(refusedVariable(name)).toMatch(new RegExp(`^${name} cannot reach an agent: .+`));
  for (const name of ['NPM_TOKEN', 'CI', 'DATABASE_URL', 'MODEL_GATEWAY_TOKEN'])
    expect(refusedVariable(name)).toBeUndefined();
  expect(() => agentEnvironment({ ...base, variables: { GH_TOKEN: 'x' } })).toThrow(
    /the server does the pushing/,
  );
});

test('an entry that cannot work is refused when the agent is made', () => {
  const env = { OPENAI_API_KEY: 'x' };
  expect(() => createAgent('a', { kind: 'command', command: ['x'], env })).toThrow(
    /the gateway holds the key/,
  );
  expect(() => createAgent('a', { kind: 'opencode', env })).toThrow(/the gateway holds the key/);
  expect(() => createAgent('a', { kind: 'acp', command: ['x'] })).toThrow(
    /agents.a: kind acp is not built yet/,
  );
  expect(() => createAgent('a', { kind: 'command' })).toThrow(/agents.a.command: write the program/);
  const opencode = { permission: { bash: { '*': 'ask' } } };
  expect(() => createAgent('a', { kind: 'opencode', opencode })).toThrow(/nobody is there to answer/);
});
