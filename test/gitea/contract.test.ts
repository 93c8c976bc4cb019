// The contract of a forge, held against a real Gitea.
import { afterAll } from 'vitest';
import { FORGE_KINDS } from '../../src/config/forge-kinds.js';
import type { RepoRef } from '../../src/domain/refs.js';
import { createGiteaForge } from '../../src/forges/gitea/forge.js';
import type { ForgeOptions } from '../../src/forges/options.js';
import { forgeContract } from '../contract/forges/suite.js';
import type { Role, World as ContractWorld } from '../contract/forges/world.js';
import { call, must } from '../support/world.js';
import { giteaWorld, type GiteaWorld } from './gitea-world.js';

const world = await giteaWorld();
afterAll(() => world.close());

forgeContract(world.name, () => contractWorld(world), { faults: false });

function contractWorld(on: GiteaWorld): ContractWorld {
  const adapter = (token: string, change: Partial<ForgeOptions> = {}) =>
    createGiteaForge({
      name: 'work',
      url: on.url,
      apiUrl: FORGE_KINDS.gitea.apiUrl(on.url),
      auth: { kind: 'token', token },
      ...change,
    });
  return {
    kind: 'gitea',
    forge: (change) => adapter(on.botToken, change),
    forgeOf: (who) => adapter(who === 'nobody' ? 'opens-nothing' : on.tokenOf(who)),
    login: {
      admin: 'admin',
      maintainer: 'maintainer',
      reader: 'reader',
      stranger: 'stranger',
      bot: 'kugetsu-bot',
    },
    as: (role: Role) => (method, path, body) => call(on, role, method, path, body),
    makeRepo: (name) => makeRepo(on, name),
    gitUrl: (role, path) => `${on.url.replace('://', `://${role}:${on.tokenOf(role)}@`)}/${path}.git`,
    faults: undefined,
    close: () => Promise.resolve(),
  };
}

let made = 0;

async function makeRepo(on: GiteaWorld, name?: string): Promise<RepoRef> {
  made += 1;
  const wish = { name: name ?? `case-${made}`, auto_init: true, default_branch: 'main' };
  const repo = await must<{ id: number; full_name: string }>(on, 'admin', 'POST', '/orgs/acme/repos', wish);
  for (const [login, permission] of Object.entries({
    maintainer: 'write',
    reader: 'read',
    'kugetsu-bot': 'admin',
  })) {
    await must(on, 'admin', 'PUT', `/repos/${repo.full_name}/collaborators/${login}`, { permission });
  }
  return { forge: 'work', id: String(repo.id), path: repo.full_name };
}
