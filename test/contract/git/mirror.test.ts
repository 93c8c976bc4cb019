// Mirrors against a real git server: fetching, sharing a fetch, reading, and what each failure is called.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { lab, sh } from './lab.js';

const lists = (requests: string[]) =>
  requests.filter((line) => line.startsWith('POST') && line.includes('upload-pack'));

test('the first fetch makes the mirror, later ones follow the forge, pruning included', async () => {
  const { mirror, access, base, forge, commitAtForge } = await lab();
  await mirror.fetch(access);
  expect(await mirror.branch('main')).toBe(base);
  const next = commitAtForge('main', { 'b.txt': 'b\n' });
  const side = commitAtForge('feature', { 'c.txt': 'c\n' });
  sh(forge, 'update-ref', 'refs/pull/7/head', side);
  await mirror.fetch(access);
  expect([await mirror.branch('main'), await mirror.branch('feature')]).toEqual([next, side]);
  expect(sh(mirror.gitDir, 'rev-parse', 'refs/pull/7/head')).toBe(side);
  expect(await mirror.isAncestor(base, next)).toBe(true);
  expect(await mirror.isAncestor(next, base)).toBe(false);
  sh(forge, 'branch', '-D', 'feature');
  commitAtForge('feature/x', { 'd.txt': 'd\n' });
  await mirror.fetch(access);
  expect(await mirror.branch('feature')).toBeUndefined();
  expect(await mirror.branch('feature/x')).toHaveLength(40);
});

test('many callers at once share one fetch; one who comes later sees what was pushed before its call', async () => {
  const { mirror, access, server, commitAtForge } = await lab();
  await mirror.fetch(access);
  const first = commitAtForge('main', { 'b.txt': '1\n' });
  server.requests.length = 0;
  await Promise.all(Array.from({ length: 20 }, () => mirror.fetch(access)));
  expect(await mirror.branch('main')).toBe(first);
  const ofOne = lists(server.requests).length;
  expect(ofOne).toBeLessThanOrEqual(3);

  server.requests.length = 0;
  let late: Promise<void> | undefined;
  let second = '';
  server.intercept = (request) => {
    if (late === undefined && request.method === 'POST') {
      second = commitAtForge('main', { 'b.txt': '2\n' });
      late = mirror.fetch(access);
    }
    return false;
  };
  await mirror.fetch(access);
  await late;
  expect(second).toHaveLength(40);
  expect(await mirror.branch('main')).toBe(second);
});

test('a first fetch that fails leaves no mirror, and says why', async () => {
  const { mirror, access, server, root, base } = await lab();
  const password = 'practice-token-wrong';
  await expect(mirror.fetch({ ...access, password })).rejects.toMatchObject({ code: 'auth' });
  await expect(mirror.fetch({ ...access, password: '' })).rejects.toMatchObject({ code: 'auth' });
  const gone = { ...access, url: `${server.origin}/acme/nothing.git` };
  await expect(mirror.fetch(gone)).rejects.toMatchObject({ code: 'not_found' });
  const closed = { ...access, url: 'http://127.0.0.1:1/acme/api.git' };
  await expect(mirror.fetch(closed)).rejects.toMatchObject({ code: 'unavailable' });
  server.intercept = (_request, response) => {
    response.writeHead(503).end('later');
    return true;
  };
  await expect(mirror.fetch(access)).rejects.toMatchObject({ code: 'unavailable' });
  server.intercept = (request, response) => {
    if (request.method === 'GET') return false;
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' }).write('0008NAK\n00');
    response.destroy();
    return true;
  };
  await expect(mirror.fetch(access)).rejects.toMatchObject({ name: 'GitError' });
  expect(readdirSync(path.join(root, 'mirrors', 'work'))).toEqual([]);
  expect(readdirSync(path.join(root, 'run')).sort()).toEqual(['git-askpass', 'git-home']);
  await expect(mirror.branch('main')).rejects.toMatchObject({ code: 'not_found' });
  server.intercept = undefined;
  await mirror.fetch(access);
  expect(await mirror.branch('main')).toBe(base);
});

test('messages say what was being done and never hold the credential', async () => {
  const { mirror, access } = await lab();
  const error: unknown = await mirror
    .fetch({ ...access, password: 'secret-in-a-test' })
    .catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('Could not fetch work/12: ');
  expect(String(error)).not.toContain('secret-in-a-test');
});

test('a redirect is not followed, so the credential stays with its host', async () => {
  const one = await lab();
  const other = await lab();
  one.server.intercept = (request, response) => {
    if (request.headers.authorization === undefined) return false;
    response.writeHead(302, { location: other.server.origin + (request.url ?? '') }).end();
    return true;
  };
  await expect(one.mirror.fetch(one.access)).rejects.toMatchObject({
    code: 'not_found',
    message: /redirect/,
  });
  expect(other.server.requests).toEqual([]);
});

test('a fetch that hangs is ended with its helper processes', async () => {
  const on = await lab();
  const git = on.room({ limits: { networkTimeoutMs: 700 } });
  let alive = 0;
  on.server.intercept = (request) => {
    alive += 1;
    request.socket.on('close', () => (alive -= 1));
    return true;
  };
  const mirror = git.mirror({ forge: 'work', id: '13' });
  await expect(mirror.fetch(on.access)).rejects.toMatchObject({ code: 'timeout' });
  await expect.poll(() => alive).toBe(0);
});

test('addresses and names that git could read as something else are refused before git is started', async () => {
  const { git, mirror, access, base, server } = await lab();
  await mirror.fetch(access);
  server.requests.length = 0;
  const bad = [
    `http://u:p@127.0.0.1/x.git`,
    'ext::sh -c true',
    '--upload-pack=true',
    'file:///etc',
    'ssh://h/x',
    '',
  ];
  for (const url of bad)
    await expect(mirror.fetch({ ...access, url })).rejects.toMatchObject({ code: 'failed' });
  for (const branch of [
    '-x',
    '--all',
    'a..b',
    'a b',
    'x.lock',
    'a//b',
    '@{u}',
    'a:b',
    '',
    'a\nb',
    'é\u202e',
    '*',
  ])
    await expect(mirror.branch(branch)).rejects.toMatchObject({ code: 'failed' });
  await expect(mirror.isAncestor('--help', base)).rejects.toMatchObject({ code: 'failed' });
  await expect(mirror.forget('../heads/main')).rejects.toMatchObject({ code: 'failed' });
  expect(() => git.mirror({ forge: '..', id: '1' })).toThrow(/folder/);
  expect(() => git.mirror({ forge: 'work', id: 'a/b' })).toThrow(/folder/);
  expect(server.requests).toEqual([]);
});

test('readText gives plain text files of the right size and nothing else', async () => {
  const { mirror, access, commitAtForge, forge } = await lab();
  const sha = commitAtForge('main', {
    '.kugetsu.yml': 'base: main\n',
    'dir/x': 'x',
    'ünïcode *.txt': 'ü',
    bin: '\u0000',
  });
  await mirror.fetch(access);
  expect(await mirror.readText(sha, '.kugetsu.yml', 100)).toBe('base: main\n');
  expect(await mirror.readText(sha, 'ünïcode *.txt', 100)).toBe('ü');
  expect(await mirror.readText(sha, '.kugetsu.yml', 5)).toBeUndefined();
  for (const name of ['dir', 'dir/', 'nothing', '*', '', '../x', ':/', ':(glob)**', '/etc/passwd'])
    expect(await mirror.readText(sha, name, 100)).toBeUndefined();
  const link = createLink(forge, sha);
  await mirror.fetch(access);
  expect(await mirror.readText(link, 'link', 100)).toBeUndefined();
  const unknown = createHash('sha1').update('x').digest('hex');
  await expect(mirror.readText(unknown, 'x', 1)).rejects.toMatchObject({ code: 'not_found' });
});

test('a lock file that a killed git left behind does not stop the repository', async () => {
  const { mirror, access, commitAtForge } = await lab();
  await mirror.fetch(access);
  const next = commitAtForge('main', { 'b.txt': 'b\n' });
  const lock = path.join(mirror.gitDir, 'refs/remotes/origin/main.lock');
  writeFileSync(lock, '');
  await expect(mirror.fetch(access)).rejects.toMatchObject({ code: 'unavailable' });
  utimesSync(lock, new Date(0), new Date(0));
  await mirror.fetch(access);
  expect(await mirror.branch('main')).toBe(next);
  expect(existsSync(lock)).toBe(false);
});

function createLink(forge: string, parent: string): string {
  const blob = sh(forge, 'hash-object', '-w', 'HEAD');
  sh(forge, 'read-tree', parent);
  sh(forge, 'update-index', '--add', '--cacheinfo', `120000,${blob},link`);
  const commit = sh(forge, 'commit-tree', '-p', parent, '-m', 'link', sh(forge, 'write-tree'));
  sh(forge, 'update-ref', 'refs/heads/link', commit);
  return commit;
}
