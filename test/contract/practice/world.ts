// A practice forge prepared like the recorded Gitea, with a receiver for its deliveries and a clone for pushes.
import { execa } from 'execa';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPracticeForge } from '../../../src/practice/client.js';
import type { ApiAnswer } from '../../../src/practice/client.js';
import { createNames } from './names.js';
import { startReceiver } from './receiver.js';

export type World = Awaited<ReturnType<typeof createWorld>>;

export interface Pushed {
  readonly file?: string;
  readonly message?: string;
  readonly amend?: string;
  readonly remove?: boolean;
  readonly repo?: string;
}

export const SECRET = 'practice-secret-not-real';
const LEAST = ['write:issue', 'write:repository', 'read:user'];

export async function createWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'practice-'));
  const receiver = await startReceiver();
  const forge = await startPracticeForge({ home: join(folder, 'forge') });
  const names = createNames();
  const tokens = await createAccounts(forge.control);
  let repoPath = 'acme/api';

  async function call(as: string, method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    const answer = await forge.as(tokens[as] ?? '')(
      method,
      `/api/v1${names.path(path)}`,
      names.body(body, receiver.url),
    );
    if (method === 'PATCH' && answer.status === 200 && path === '/repos/acme/api') repoPath = 'acme/renamed';
    return answer;
  }

  return {
    forge,
    names,
    receiver,
    call,
    push: (as: string, branch: string, what: Pushed) =>
      push(folder, `${forge.url}/${what.repo ?? repoPath}.git`, tokens[as] ?? '', branch, what),
    async replayLast(): Promise<void> {
      const { deliveries } = await forge.control.log();
      await forge.control.replay({ id: deliveries.at(-1)?.id ?? '', idOfCopies: 'fresh' });
    },
    async replyInThread(number: number, body: string): Promise<void> {
      const reviews = await call('admin', 'GET', `/repos/${repoPath}/pulls/${number}/reviews`);
      const comments = await call(
        'admin',
        'GET',
        `/repos/${repoPath}/pulls/${number}/reviews/${lastId(reviews)}/comments`,
      );
      const commentId = lastId(comments);
      await forge.control.threadReply({ repo: repoPath, number, commentId, as: 'maintainer', body });
    },
    async stop(): Promise<void> {
      await forge.stop();
      await receiver.stop();
      await rm(folder, { recursive: true });
    },
  };
}

type Control = Awaited<ReturnType<typeof startPracticeForge>>['control'];

async function createAccounts(control: Control): Promise<Record<string, string>> {
  const tokens: Record<string, string> = {};
  tokens['admin'] = (await control.createUser({ login: 'admin', siteAdmin: true })).token;
  for (const login of ['maintainer', 'stranger', 'reader', 'kugetsu-bot']) {
    tokens[login] = (await control.createUser({ login })).token;
  }
  tokens['robot'] = (await control.createUser({ login: 'robot', kind: 'bot' })).token;
  tokens['bot-least'] = (await control.createUser({ login: 'kugetsu-bot', scopes: LEAST })).token;
  await control.createUser({ login: 'acme', kind: 'organization', owners: ['admin'] });
  return tokens;
}

function lastId(answer: ApiAnswer): number {
  return (answer.body as { id: number }[]).at(-1)?.id ?? 0;
}

/** From a fresh clone: a commit on the branch (made from main when it is not there), then a real push. */
async function push(folder: string, url: string, token: string, branch: string, what: Pushed): Promise<void> {
  const clone = await mkdtemp(join(folder, 'clone-'));
  const git = gitAs(clone, token);
  await git('clone', '--quiet', url, '.');
  await git(
    'checkout',
    '--quiet',
    '-B',
    branch,
    (await git('branch', '-r')).includes(`origin/${branch}`) ? `origin/${branch}` : 'HEAD',
  );
  if (what.file !== undefined) {
    await writeFile(join(clone, what.file), `${what.message}\n`);
    await git('add', '--all');
    await git('commit', '--quiet', '-m', what.message ?? '');
  }
  if (what.amend !== undefined) await git('commit', '--quiet', '--amend', '-m', what.amend);
  await git(
    'push',
    '--quiet',
    '--force',
    'origin',
    what.remove === true ? `:refs/heads/${branch}` : `HEAD:refs/heads/${branch}`,
  );
}

/** Git with a token in a header, and nothing of this machine's configuration. */
export function gitAs(folder: string, token: string) {
  const settings = {
    'user.name': 'Agent',
    'user.email': 'agent@example.org',
    'http.extraHeader': token === '' ? '' : `Authorization: token ${token}`,
  };
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: String(Object.keys(settings).length),
  };
  for (const [index, [key, value]] of Object.entries(settings).entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return async (...args: string[]) =>
    (await execa('git', args, { cwd: folder, env, extendEnv: false })).stdout;
}
