// The world of the stories on a real Gitea: accounts, an organisation, a repository with files; the hook is added by the story.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, type World } from '../support/world.js';
import { startGitea, type GiteaProgram } from './gitea-program.js';

export interface GiteaWorld extends World {
  readonly gitea: GiteaProgram;
}

export function namedGitea(): { program: string; staticRoot: string | undefined } {
  const program = process.env['KUGETSU_TEST_GITEA'];
  if (program === undefined || program === '') throw new Error('KUGETSU_TEST_GITEA is not set');
  return { program, staticRoot: process.env['KUGETSU_TEST_GITEA_STATIC'] };
}

export async function giteaWorld(): Promise<GiteaWorld> {
  const { program, staticRoot } = namedGitea();
  const gitea = await startGitea(program, staticRoot);
  const tokens = new Map<string, string>();
  tokens.set('admin', gitea.createUser('admin', { admin: true }));
  for (const login of ['maintainer', 'reader', 'stranger', 'robot'])
    tokens.set(login, gitea.createUser(login));
  const botToken = gitea.createUser('kugetsu-bot', { scopes: 'write:issue,write:repository,read:user' });
  tokens.set('kugetsu-bot', botToken);
  const world: GiteaWorld = {
    name: `Gitea ${gitea.version.version}`,
    kind: 'gitea',
    url: gitea.url,
    repo: 'acme/api',
    gitDir: join(gitea.reposDir, 'acme', 'api.git'),
    gitea,
    botToken,
    tokenOf: (login) => tokens.get(login) ?? '',
    addHook: async (url, secret) => {
      const config = { url, content_type: 'json', secret };
      const hook = { type: 'gitea', config, events: ['issues', 'pull_request', 'push'], active: true };
      await must(world, 'admin', 'POST', `/repos/${world.repo}/hooks`, hook);
    },
    authLines: (secretsDir) => {
      writeFileSync(join(secretsDir, 'work.token'), `${botToken}\n`, { mode: 0o600 });
      return ['tokenFile: secrets/work.token'];
    },
    idle: () => Promise.resolve(),
    close: () => gitea.close(),
  };
  await makeRepository(world);
  return world;
}

async function makeRepository(world: World): Promise<void> {
  await must(world, 'admin', 'POST', '/orgs', { username: 'acme' });
  await must(world, 'admin', 'POST', '/orgs/acme/repos', {
    name: 'api',
    auto_init: true,
    default_branch: 'main',
  });
  const people = { maintainer: 'write', reader: 'read', robot: 'write', 'kugetsu-bot': 'admin' };
  for (const [login, permission] of Object.entries(people)) {
    await must(world, 'admin', 'PUT', `/repos/acme/api/collaborators/${login}`, { permission });
  }
  const content = Buffer.from('flaky\n').toString('base64');
  await must(world, 'admin', 'POST', '/repos/acme/api/contents/src/login.txt', {
    content,
    message: 'Add login',
    branch: 'main',
  });
}
