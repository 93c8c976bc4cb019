// The contract of a forge, held against the practice forge's GitHub face, as an app.
import { generateKeyPairSync } from 'node:crypto';
import { afterAll } from 'vitest';
import { z } from 'zod';
import { createGithubForge } from '../../../src/forges/github/forge.js';
import type { ForgeAuth } from '../../../src/forges/options.js';
import type { PracticeForge } from '../../../src/practice/client.js';
import { openPracticeWorld } from './practice-world.js';
import { forgeContract } from './suite.js';

const MADE = z.object({ id: z.int(), login: z.string(), privateKeyPem: z.string() });

const world = await openPracticeWorld({
  kind: 'github',
  prefix: '/api/v3',
  create: createGithubForge,
  signIn: asApp,
  nobody: withForeignKey(),
});
afterAll(() => world.close());

forgeContract('github as an app', () => world, { faults: true });

async function asApp(practice: PracticeForge): Promise<{ auth: ForgeAuth; login: string }> {
  // Installed at somebody else's too: a repository is found through the right one.
  const wish = { slug: 'kugetsu', owner: 'admin', installAt: ['stranger', 'acme'] };
  const app = MADE.parse(await practice.control.call('POST', '/github/apps', wish));
  return { auth: { kind: 'app', appId: app.id, privateKey: app.privateKeyPem }, login: app.login };
}

function withForeignKey(): ForgeAuth {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { kind: 'app', appId: 1, privateKey: pem };
}
