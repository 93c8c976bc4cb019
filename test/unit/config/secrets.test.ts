import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import { createMasker } from '../../../src/support/mask.js';
import { SMALL, aHome, configOf, problemsOf, told } from './a-home.js';

function problemsAt(home: string): string[] {
  const loaded = loadConfig({ home, env: {}, masker: createMasker() });
  // The home of a test has a name of its own each time.
  return loaded.ok ? [] : told(loaded.problems).map((line) => line.replaceAll(home, 'HOME'));
}

test('a secret file that others can read is refused with the command that mends it', () => {
  const home = aHome({ 'config.yaml': SMALL });
  chmodSync(join(home, 'secrets/work.token'), 0o640);
  expect(problemsAt(home)).toEqual([
    '5 forges[0].tokenFile: HOME/secrets/work.token can be read by other users of this machine; run chmod 600 HOME/secrets/work.token',
  ]);
});

test('a config.yaml that others can read or write is refused beside all else', () => {
  const home = aHome({ 'config.yaml': `${SMALL}limits: { agents: x }\n` });
  chmodSync(join(home, 'config.yaml'), 0o644);
  expect(problemsAt(home)).toEqual([
    '9 limits.agents: must be a whole number, not a text; write for example agents: 3',
    '- : can be read or written by other users of this machine; run chmod 600 HOME/config.yaml',
  ]);
});

test('secrets that are missing, a folder, empty, too short or too long are told apart', () => {
  const names = ['none', 'folder', 'empty', 'short', 'huge'];
  const yaml = SMALL.replace('[secrets/work.hook]', `[${names.map((name) => `secrets/${name}`).join(', ')}]`);
  const home = aHome({
    'config.yaml': yaml,
    'secrets/empty': '\n',
    'secrets/short': '123456789012345\n',
    'secrets/huge': 'x'.repeat(70_000),
  });
  mkdirSync(join(home, 'secrets/folder'));
  expect(problemsAt(home)).toMatchInlineSnapshot(`
    [
      "6 forges[0].webhookSecretFiles[0]: HOME/secrets/none does not exist; write the secret into it and run chmod 600 HOME/secrets/none",
      "6 forges[0].webhookSecretFiles[1]: HOME/secrets/folder is not a file; name a file that holds the secret",
      "6 forges[0].webhookSecretFiles[2]: the secret has 0 characters; at least 16 are needed; make one with \`openssl rand -hex 32 > HOME/secrets/empty\` and give it to the webhook at the forge",
      "6 forges[0].webhookSecretFiles[3]: the secret has 15 characters; at least 16 are needed; make one with \`openssl rand -hex 32 > HOME/secrets/short\` and give it to the webhook at the forge",
      "6 forges[0].webhookSecretFiles[4]: HOME/secrets/huge is too large for a secret; name a file that holds nothing but the secret",
    ]
  `);
});

test('a variable that is not set and a token that is too short are told', () => {
  const yaml = SMALL.replace('tokenFile: secrets/work.token', 'token: ${WORK_TOKEN}');
  expect(told(problemsOf(yaml))).toEqual([
    '5 forges[0].token: the environment has no WORK_TOKEN; set WORK_TOKEN, or name a file with the secret instead',
  ]);
  expect(told(problemsOf(yaml, { WORK_TOKEN: '1234567' }))).toEqual([
    '5 forges[0].token: the secret has 7 characters; at least 8 are needed; copy the whole token from the forge',
  ]);
});

test('a forge without a token, with two, or without a webhook secret does not start', () => {
  const hooked = '\n    webhookSecretFiles: [secrets/work.hook]';
  expect(told(problemsOf(SMALL.replace('\n    tokenFile: secrets/work.token', '')))).toEqual([
    '2 forges[0]: has no token; write tokenFile: secrets/work.token (or token: ${VARIABLE}; on GitHub also app)',
  ]);
  const two = SMALL.replace('    tokenFile:', '    token: ${HOME_TOKEN}\n    tokenFile:');
  expect(told(problemsOf(two, { HOME_TOKEN: 'not-a-real-token' }))).toEqual([
    '6 forges[0].tokenFile: stands beside token; keep one of token, tokenFile',
  ]);
  expect(told(problemsOf(SMALL.replace(hooked, '')))).toEqual([
    '2 forges[0]: has no webhook secret; without one anybody could start work; write webhookSecretFiles: [secrets/work.hook]; make the file with `openssl rand -hex 32`',
  ]);
});

test('an App has its key read, and a file that is no key is told', () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const yaml = SMALL.replace('kind: gitea', 'kind: github').replace(
    'tokenFile: secrets/work.token',
    'app: { id: 12345, privateKeyFile: secrets/hub.pem }',
  );
  expect(configOf(yaml, {}, { 'secrets/hub.pem': privateKey }).forges[0]?.auth).toEqual({
    kind: 'app',
    id: 12345,
    privateKey: privateKey.trimEnd(),
  });
  expect(told(problemsOf(yaml, {}, { 'secrets/hub.pem': 'no key at all' }))).toEqual([
    "5 forges[0].app.privateKeyFile: the file holds no private key in PEM form; download the key from the App's page and name that file",
  ]);
});
