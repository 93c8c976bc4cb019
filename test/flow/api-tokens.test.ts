// Who may use the API: tokens, the socket in the home, the names under which it may be asked.
import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createApiClient } from '../../src/doors/api/client.js';
import { silentLog } from '../../src/support/log.js';
import { giteaFace } from '../support/faces.js';
import { expectProblem, operatorOf, raw, tokenOf } from '../support/api.js';
import { kugetsuOn } from '../support/kugetsu-on.js';

const DAY_MS = 24 * 60 * 60_000;

test('over TCP every request needs a valid token, and a wrong one learns nothing', async () => {
  const k = await kugetsuOn(giteaFace);
  const good = await tokenOf(k.app, { scope: 'read' });
  const expiring = await tokenOf(k.app, { scope: 'read', expiresInDays: 1 });
  const revoked = await tokenOf(k.app, { scope: 'read' });
  expect(await operatorOf(k.app).call('revokeToken', { params: { id: revoked.id } })).toMatchObject({
    ok: true,
    body: { state: 'revoked' },
  });
  const ways = ['/api/v1/status', '/api/v1/tasks', '/api/v1/nothing', '/', '/api/v1/tokens'];
  for (const path of ways) {
    const wrong = [undefined, 'short', `${good.token}x`, 'kgt_'.padEnd(47, 'A'), revoked.token];
    const answers = await Promise.all(
      wrong.map((token) => raw(k.app, path, token === undefined ? {} : { token })),
    );
    for (const answer of answers) expectProblem(answer, 401, 'unauthorized');
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  }
  expect((await raw(k.app, '/api/v1/status', { token: expiring.token })).status).toBe(200);
  k.clock.advance(DAY_MS + 1);
  expectProblem(await raw(k.app, '/api/v1/status', { token: expiring.token }), 401, 'unauthorized');
  expect((await raw(k.app, '/api/v1/status', { token: good.token })).status).toBe(200);
  expectProblem(await raw(k.app, '/api/v1/nothing', { token: good.token }), 404, 'not_found');
});

test('the socket is for this user alone, and whoever opens it is the operator', async () => {
  const k = await kugetsuOn(giteaFace);
  expect(k.app.socket).toBe(join(k.home, 'run/kugetsu.sock'));
  expect(statSync(k.app.socket)).toMatchObject({ mode: 0o140600 });
  const local = operatorOf(k.app);
  expect(await local.call('status')).toMatchObject({ ok: true, status: 200, body: { ready: true } });
  await k.restart();
  expect(await operatorOf(k.app).call('tokens')).toMatchObject({ ok: true, body: { items: [] } });
});

test('a token is shown once, stored as a hash, and listed with its last use', async () => {
  const k = await kugetsuOn(giteaFace);
  const local = operatorOf(k.app);
  const { token, client, id } = await tokenOf(k.app, { scope: 'read', name: 'the dashboard' });
  expect(token).toMatch(/^kgt_[\w-]{43}$/);
  await client.call('status');
  const listed = await local.call('tokens');
  expect(listed).toMatchObject({
    body: { items: [{ id, name: 'the dashboard', scope: 'read', state: 'valid', usedAt: k.clock.now() }] },
  });
  expect(JSON.stringify(listed)).not.toContain(token);
  expect(k.log.join('')).not.toContain(token);
  const body = { name: 'again', scope: 'read' } as const;
  const first = await local.call('makeToken', { body, key: 'one' });
  const second = await local.call('makeToken', { body, key: 'one' });
  if (!first.ok || !second.ok) throw new Error('no token was made');
  expect(second.body).toEqual({ ...first.body, token: undefined });
  const other = await local.call('makeToken', { body: { ...body, scope: 'admin' }, key: 'one' });
  expect(other).toMatchObject({ ok: false, status: 422, problem: { code: 'key_reused' } });
  expect((await local.call('tokens')).ok && (await local.call('tokens'))).toMatchObject({
    body: { items: [{ name: 'again' }, { name: 'the dashboard' }] },
  });
});

test('a scope ends where it ends; a narrowed administrator makes no tokens', async () => {
  const k = await kugetsuOn(giteaFace);
  const read = await tokenOf(k.app, { scope: 'read' });
  const act = await tokenOf(k.app, { scope: 'act' });
  const narrowed = await tokenOf(k.app, { scope: 'admin', repos: ['work:acme/*'] });
  const admin = await tokenOf(k.app, { scope: 'admin' });
  const body = { name: 'more', scope: 'admin' } as const;
  for (const { client } of [read, act, narrowed]) {
    expect(await client.call('makeToken', { body })).toMatchObject({
      status: 403,
      problem: { code: 'forbidden' },
    });
    expect(await client.call('tokens')).toMatchObject({ status: 403 });
    expect(await client.call('revokeToken', { params: { id: admin.id } })).toMatchObject({ status: 403 });
  }
  expect(await admin.client.call('makeToken', { body })).toMatchObject({ status: 201 });
  expect(await narrowed.client.call('deliveries')).toMatchObject({ status: 403 });
  expect(await read.client.call('deliveries')).toMatchObject({ status: 200 });
});

test('asked under a name that is not ours it answers nothing', async () => {
  const k = await kugetsuOn(giteaFace);
  const { token } = await tokenOf(k.app, { scope: 'read' });
  const port = new URL(k.app.adminUrl).port;
  const statusUnder = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { host, authorization: `Bearer ${token}` };
      request({ port, host: '127.0.0.1', path: '/api/v1/status', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
  for (const host of [
    'evil.example.com',
    `evil.example.com:${port}`,
    '127.0.0.1.evil.example.com',
    '192.0.2.1',
  ])
    expect(await statusUnder(host)).toBe(421);
  for (const host of ['localhost', `127.0.0.1:${port}`, `[::1]:${port}`])
    expect(await statusUnder(host)).toBe(200);
  const answer = await raw(k.app, '/api/v1/status', {
    token,
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example.com', 'access-control-request-method': 'GET' },
  });
  expectProblem(answer, 405, 'wrong_method');
  expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('a socket that a dead process left is replaced; what is no socket, and a path that is too long, is told', async () => {
  const { listenLocally } = await import('../../src/doors/http/local-socket.js');
  const folder = await mkdtemp(join(tmpdir(), 'kugetsu-socket-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 's');
  const child = spawnSync(process.execPath, [
    '-e',
    "require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))",
    path,
  ]);
  expect(child.signal).toBe('SIGKILL');
  expect(statSync(path).isSocket()).toBe(true);
  const app = { fetch: () => new Response('here') };
  const listener = await listenLocally(app, silentLog, path);
  expect(statSync(path).mode).toBe(0o140600);
  await listener.close();
  writeFileSync(path, 'something');
  await expect(listenLocally(app, silentLog, path)).rejects.toMatchObject({
    code: 'socket_unusable',
    exitCode: 4,
  });
  await expect(listenLocally(app, silentLog, join(folder, 'x'.repeat(120)))).rejects.toThrow(
    /the path has \d+ bytes, a socket may have \d+; name a folder with a shorter path in KUGETSU_HOME/,
  );
});

test('nobody is there: the client says so', async () => {
  const client = createApiClient({ url: 'http://127.0.0.1:1', token: 'x' });
  await expect(client.call('status')).rejects.toMatchObject({ code: 'api_unreachable' });
});
