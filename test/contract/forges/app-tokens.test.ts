// Tokens of an app at the GitHub face: what they are signed with, how long they are kept, how narrow they are.
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createGithubForge } from '../../../src/forges/github/forge.js';
import { appJwt } from '../../../src/forges/github/tokens.js';
import { git, openIssue } from './people.js';
import { openPracticeWorld } from './practice-world.js';
import { refused } from './refused.js';

const MADE = z.object({
  id: z.int(),
  privateKeyPem: z.string(),
  installations: z.array(z.object({ owner: z.string(), id: z.int() })),
});

const world = await openPracticeWorld({ kind: 'github', prefix: '/api/v3', create: createGithubForge });
const app = MADE.parse(
  await world.practice.control.call('POST', '/github/apps', {
    slug: 'kugetsu',
    owner: 'admin',
    installAt: ['acme'],
  }),
);
afterAll(() => world.close());

const appForge = () => world.forge({ auth: { kind: 'app', appId: app.id, privateKey: app.privateKeyPem } });

test('the token for git opens its own repository, to that degree, and nothing else', async () => {
  const [one, other] = [await world.makeRepo(), await world.makeRepo()];
  const issue = await openIssue(world, 'maintainer', one, { title: 'Mine' });
  const forge = appForge();
  for (const need of ['read', 'write'] as const) {
    const { password } = await forge.gitAccess(one, need);
    const as = world.practice.as(password);
    expect((await as('GET', `/api/v3/repos/${one.path}`)).status).toBe(200);
    expect((await as('GET', `/api/v3/repos/${other.path}`)).status).toBe(404);
    const comments = `/api/v3/repos/${one.path}/issues/${issue.number}/comments`;
    expect((await as('POST', comments, { body: 'x' })).status).toBe(403);
    const branch = `/api/v3/repos/${one.path}/git/refs/heads/none`;
    expect((await as('DELETE', branch)).status).toBe(need === 'read' ? 403 : 422);
  }
});

test('one token for many calls; a new one once it is refused', async () => {
  const repo = await world.makeRepo();
  const issue = await openIssue(world, 'maintainer', repo, { title: 'Often' });
  const tokens = /\/app\/installations\/\d+\/access_tokens$/;
  const before = (await world.faults?.count('POST', tokens)) ?? 0;
  const forge = appForge();
  await Promise.all([forge.getIssue(issue), forge.getLabels(issue), forge.listComments(issue)]);
  await forge.createComment(issue, 'hello');
  expect(await world.faults?.count('POST', tokens)).toBe(before + 1);
  const path = `/repos/${repo.path}/issues/${issue.number}$`;
  await world.faults?.next({ method: 'GET', path, effect: { kind: 'fail', status: 401 } });
  expect(await refused(forge.getIssue(issue))).toBe('unauthorized');
  expect((await forge.getIssue(issue)).title).toBe('Often');
  expect(await world.faults?.count('POST', tokens)).toBe(before + 2);
});

test('where the app is not installed it says so', async () => {
  const made = await world.practice.control.createRepo({ owner: 'stranger', name: 'not-ours' });
  const repo = { forge: 'work', id: String(made.id), path: made.path };
  const issue = await openIssue(world, 'stranger', repo, { title: 'Hello?' });
  await expect(appForge().getIssue(issue)).rejects.toThrow('the app is not installed for stranger/not-ours');
});

test('a key that is none, or none any more, is unauthorized with words', async () => {
  const broken = world.forge({ auth: { kind: 'app', appId: app.id, privateKey: 'no key' } });
  await expect(broken.self()).rejects.toThrow(`the private key of app ${app.id} cannot be used`);
  expect(await refused(broken.self())).toBe('unauthorized');
  const unknown = world.forge({ auth: { kind: 'app', appId: 99, privateKey: app.privateKeyPem } });
  expect(await refused(unknown.self())).toBe('unauthorized');
});

test('the face takes a JWT only whole: not changed, not old, not for what is not of the app', async () => {
  const jwt = await appJwt({ appId: app.id, privateKey: app.privateKeyPem }, () => {});
  const ask = async (token: string, path: string): Promise<number> => {
    const answer = await fetch(`${new URL(world.gitUrl('admin', 'x')).origin}/api/v3${path}`, {
      headers: { authorization: `bearer ${token}` },
    });
    return answer.status;
  };
  expect(await ask(jwt, '/app')).toBe(200);
  const [head = '', , signature = ''] = jwt.split('.');
  const forged = Buffer.from(JSON.stringify({ iss: app.id, iat: 1, exp: 9_999_999_999 })).toString(
    'base64url',
  );
  expect(await ask([head, forged, signature].join('.'), '/app')).toBe(401);
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  expect(await ask([none, forged, 'x'].join('.'), '/app')).toBe(401);
  expect(await ask(jwt, '/user')).toBe(401);
});

test('C9: each credential that is minted is told before it is used, with its end', async () => {
  const repo = await world.makeRepo();
  const minted = new Map<string, number>();
  const auth = { kind: 'app', appId: app.id, privateKey: app.privateKeyPem } as const;
  const forge = world.forge({ auth, onMinted: (secret, untilMs) => minted.set(secret, untilMs) });
  const access = await forge.gitAccess(repo, 'write');
  expect([...minted.keys()]).toContain(access.password);
  expect([...minted.keys()].filter((secret) => secret.split('.').length === 3)).not.toEqual([]);
  for (const untilMs of minted.values()) expect(untilMs).toBeGreaterThan(Date.now());
});

test('after a rename git goes to the new path with a token for the same repository', async () => {
  const repo = await world.makeRepo();
  const forge = appForge();
  await forge.gitAccess(repo, 'read');
  const name = `${repo.path.split('/')[1]}-moved`;
  await world.as('admin')('PATCH', `/repos/${repo.path}`, { name });
  const access = await forge.gitAccess(repo, 'read');
  const url = new URL(access.url);
  url.username = access.username;
  url.password = access.password;
  expect(await git('/', ['ls-remote', '--heads', url.href])).toContain('refs/heads/main');
  expect(url.pathname).toBe(`/acme/${name}.git`);
});
