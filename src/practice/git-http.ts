// Git over HTTP: a small CGI bridge to `git http-backend`, with streamed bodies and what must follow a push.
import type { Context } from 'hono';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify } from './auth.js';
import { pipeCgi } from './cgi.js';
import type { Core } from './core.js';
import type { PracticeEnv } from './face.js';
import { gitEnvironment } from './git-store.js';
import { afterReceive } from './ops-push.js';
import { accessOf, allows, lookUpRepo, pathOf } from './state.js';
import type { Account, Repo } from './types.js';

/** Refuses what the environment names; a Gitea that refuses for want of rights says nothing, for protection it does. */
const PRE_RECEIVE = `#!/bin/sh
[ -n "$PRACTICE_REFUSE" ] && { [ "$PRACTICE_REFUSE" = silent ] || echo "$PRACTICE_REFUSE" >&2; exit 1; }
while read -r old new ref; do
  case " $PRACTICE_PROTECTED " in *" $ref "*) echo "Gitea: Not allowed to push to protected branch \${ref#refs/heads/}" >&2; exit 1;; esac
done
exit 0
`;

export async function createGitHttp(core: Core) {
  const hooksDir = join(core.state.home, 'hooks');
  await mkdir(hooksDir, { recursive: true });
  await writeFile(join(hooksDir, 'pre-receive'), PRE_RECEIVE, { mode: 0o755 });

  /** `/OWNER/NAME.git/REST` */
  return async function gitHttp(c: Context<PracticeEnv>): Promise<Response> {
    const match = /^\/([^/]+\/[^/]+?)\.git\/(.+)$/.exec(decodeURIComponent(c.req.path));
    const path = match?.[1] ?? '';
    const rest = match?.[2] ?? '';
    const pushes = rest === 'git-receive-pack' || c.req.query('service') === 'git-receive-pack';
    const identity = identify(core.state, c.req.header('authorization'));
    const account = identity.kind === 'known' ? identity.account : undefined;
    const found = lookUpRepo(core.state, path);
    if (identity.kind === 'bad' || (account === undefined && (found.kind === 'none' || pushes)))
      return askForToken();
    if (found.kind === 'none') return new Response('Repository not found\n', { status: 404 });
    const { repo } = found;
    if (found.kind === 'moved') {
      const query = new URL(c.req.url).search;
      return new Response(null, {
        status: 301,
        headers: { location: `/${pathOf(core.state, repo)}.git/${rest}${query}` },
      });
    }
    if (!allows(accessOf(core.state, repo, account), 'read'))
      return account === undefined ? askForToken() : notFound();
    if (!/^(info\/refs|git-upload-pack|git-receive-pack|HEAD|objects\/[\w/.-]+)$/.test(rest))
      return notFound();
    const serve = () => runBackend(c, core, { repo, account, rest, hooksDir, pushes });
    if (rest !== 'git-receive-pack' || account === undefined) return serve();
    return core.exclusive(repo, serve);
  };
}

interface Call {
  readonly repo: Repo;
  readonly account: Account | undefined;
  readonly rest: string;
  readonly hooksDir: string;
  readonly pushes: boolean;
}

async function runBackend(c: Context<PracticeEnv>, core: Core, call: Call): Promise<Response> {
  const child = spawn('git', ['http-backend'], {
    env: backendEnvironment(c, core, call),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const finish = async () => {
    if (call.rest === 'git-receive-pack' && call.account !== undefined)
      await afterReceive(core, call.repo, call.account);
    await c.get('beforeAnswer')();
  };
  await pipeCgi(child, c.env.incoming, c.env.outgoing, { finish, afterEffect: c.get('afterEffect') });
  return RESPONSE_ALREADY_SENT;
}

function backendEnvironment(c: Context<PracticeEnv>, core: Core, call: Call): Record<string, string> {
  const { headers } = c.env.incoming;
  const length = headers['content-length'];
  const base = gitEnvironment(core.state.home);
  return {
    ...base,
    GIT_CONFIG_COUNT: '4',
    GIT_CONFIG_KEY_3: 'core.hooksPath',
    GIT_CONFIG_VALUE_3: call.hooksDir,
    GIT_PROJECT_ROOT: join(call.repo.dir, '..'),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${call.repo.id}.git/${call.rest}`,
    REQUEST_METHOD: c.req.method,
    QUERY_STRING: new URL(c.req.url).search.slice(1),
    CONTENT_TYPE: headers['content-type'] ?? '',
    ...(length === undefined ? {} : { CONTENT_LENGTH: length }),
    HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
    GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    REMOTE_USER: call.account?.login ?? '',
    REMOTE_ADDR: '127.0.0.1',
    PRACTICE_REFUSE: refusalFor(core, call),
    PRACTICE_PROTECTED: [...call.repo.protectedBranches].map((branch) => `refs/heads/${branch}`).join(' '),
  };
}

function refusalFor(core: Core, call: Call): string {
  if (!call.pushes) return '';
  if (call.repo.archivedAt !== undefined) return 'Gitea: this repository is archived';
  return allows(accessOf(core.state, call.repo, call.account), 'write') ? '' : 'silent';
}

function askForToken(): Response {
  return new Response('Unauthorized\n', {
    status: 401,
    headers: { 'www-authenticate': 'Basic realm="Gitea"' },
  });
}

function notFound(): Response {
  return new Response('Repository not found\n', { status: 404 });
}
