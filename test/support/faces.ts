// The practice forge as a world, with its Gitea face or its GitHub face towards kugetsu.
import { mkdtemp, rm } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPracticeHost, type PracticeForge } from '../../src/practice/client.js';
import type { World } from './world.js';

export interface PracticeWorld extends World {
  readonly forge: PracticeForge;
}

export type Face = () => Promise<PracticeWorld>;

const FILES = { 'README.md': '# api\n', 'AGENTS.md': 'Use small commits.\n', 'src/login.txt': 'flaky\n' };

/** Of this test file: a process of its own for each forge would cost half a second each. */
let host: ReturnType<typeof startPracticeHost> | undefined;

export const giteaFace: Face = async () => await practiceWorld('gitea');
export const githubFace: Face = async () => await practiceWorld('github');

async function practiceWorld(kind: 'gitea' | 'github'): Promise<PracticeWorld> {
  const home = await mkdtemp(join(tmpdir(), 'kugetsu-forge-'));
  host ??= startPracticeHost();
  const forge = await host.open(home);
  const { control } = forge;
  const tokens = new Map<string, string>();
  for (const login of ['maintainer', 'reader', 'stranger', 'robot', 'kugetsu-bot']) {
    const user = await control.createUser({ login, ...(login === 'robot' && { kind: 'bot' as const }) });
    tokens.set(login, user.token);
  }
  const owner = await control.createUser({ login: 'admin', siteAdmin: true });
  tokens.set('admin', owner.token);
  await control.createUser({ login: 'acme', kind: 'organization', owners: ['admin'] });
  const collaborators = {
    maintainer: 'write',
    reader: 'read',
    robot: 'write',
    'kugetsu-bot': 'admin',
  } as const;
  const repo = await control.createRepo({ owner: 'acme', name: 'api', files: FILES, collaborators });
  const botToken = tokens.get('kugetsu-bot') ?? '';
  return {
    name: `practice ${kind}`,
    kind,
    url: forge.url,
    repo: 'acme/api',
    gitDir: repo.dir,
    forge,
    botToken,
    tokenOf: (login) => tokens.get(login) ?? '',
    addHook: kind === 'gitea' ? giteaHook(forge, botToken) : githubHook(forge, botToken),
    authLines: (secretsDir, name = 'work') => {
      writeFileSync(join(secretsDir, `${name}.token`), `${botToken}\n`, { mode: 0o600 });
      const api = kind === 'github' ? [`apiUrl: ${forge.url}/api/v3`] : [];
      return [...api, `tokenFile: secrets/${name}.token`];
    },
    idle: () => control.idle(),
    close: async () => {
      await forge.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function giteaHook(forge: PracticeForge, token: string): World['addHook'] {
  return async (url, secret) => {
    const config = { url, content_type: 'json', secret };
    const hook = { type: 'gitea', config, events: ['issues', 'pull_request', 'push'], active: true };
    const answer = await forge.as(token)('POST', '/api/v1/repos/acme/api/hooks', hook);
    if (answer.status !== 201) throw new Error(`no hook: ${JSON.stringify(answer)}`);
  };
}

function githubHook(forge: PracticeForge, token: string): World['addHook'] {
  return async (url, secret) => {
    const config = { url, content_type: 'json', secret };
    const events = ['issues', 'issue_comment', 'pull_request', 'pull_request_review', 'push'];
    const answer = await forge.as(token)('POST', '/api/v3/repos/acme/api/hooks', {
      name: 'web',
      config,
      events,
      active: true,
    });
    if (answer.status !== 201) throw new Error(`no hook: ${JSON.stringify(answer)}`);
  };
}
