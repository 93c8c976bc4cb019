// Traps of a Gitea that the recordings do not show, as its sources tell them: the practice forge keeps them too.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPracticeForge } from '../../../src/practice/client.js';
import type { ApiAnswer, PracticeForge } from '../../../src/practice/client.js';
import { at } from './shape.js';

const REPO = '/api/v1/repos/owner/app';
let folder: string;
let forge: PracticeForge;
let owner: (method: string, path: string, body?: unknown) => Promise<ApiAnswer>;
let stranger: typeof owner;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'practice-traps-'));
  forge = await startPracticeForge({ home: join(folder, 'forge') });
  owner = forge.as((await forge.control.createUser({ login: 'owner' })).token);
  stranger = forge.as((await forge.control.createUser({ login: 'stranger' })).token);
  await forge.control.createRepo({ owner: 'owner', name: 'app' });
});
afterAll(async () => {
  await forge.stop();
  await rm(folder, { recursive: true });
});

const config = { url: 'http://127.0.0.1:9/hook', content_type: 'json', secret: 'practice-secret-not-real' };

test('a hook needs a type, sleeps unless told otherwise, and forgets its events when changed without them', async () => {
  expect((await owner('POST', `${REPO}/hooks`, { events: ['issues'], config })).status).toBe(422);
  const made = await owner('POST', `${REPO}/hooks`, {
    type: 'gitea',
    events: ['issues', 'no_such_event'],
    config,
  });
  expect([made.status, at(made.body, 'active'), at(made.body, 'config.secret')]).toEqual([
    201,
    false,
    undefined,
  ]);
  expect(at(made.body, 'events')).toEqual([
    'issues',
    'issue_assign',
    'issue_label',
    'issue_milestone',
    'issue_comment',
  ]);
  const changed = await owner('PATCH', `${REPO}/hooks/${String(at(made.body, 'id'))}`, { active: true });
  expect([at(changed.body, 'active'), at(changed.body, 'events')]).toEqual([true, ['push']]);
  await owner('DELETE', `${REPO}/hooks/${String(at(made.body, 'id'))}`);
});

test('a label is taken off by its number only; a name is a 422', async () => {
  const label = await owner('POST', `${REPO}/labels`, { name: '7', color: '#00ff00' });
  const { body: issue } = await owner('POST', `${REPO}/issues`, {
    title: 'Labels',
    labels: [at(label.body, 'id')],
  });
  const labels = `${REPO}/issues/${String(at(issue, 'number'))}/labels`;
  expect((await owner('DELETE', `${labels}/kugetsu`)).status).toBe(422);
  expect((await owner('DELETE', `${labels}/${String(at(label.body, 'id'))}`)).status).toBe(204);
  expect((await owner('GET', labels)).body).toEqual([]);
});

test('a stranger opens an issue, and labels given with it are dropped in silence', async () => {
  const label = await owner('POST', `${REPO}/labels`, { name: 'kugetsu', color: '00ff00' });
  const made = await stranger('POST', `${REPO}/issues`, { title: 'Please', labels: [at(label.body, 'id')] });
  expect([made.status, at(made.body, 'labels')]).toEqual([201, []]);
});

test('a page holds 50 at most, `per_page` is ignored, and the links name the root address', async () => {
  for (let i = 0; i < 52; i += 1) await owner('POST', `${REPO}/labels`, { name: `l${i}`, color: '000000' });
  const count = async (query: string) =>
    ((await owner('GET', `${REPO}/labels?${query}`)).body as unknown[]).length;
  expect([await count('limit=100'), await count('per_page=5'), await count('')]).toEqual([50, 30, 30]);
  const { headers } = await owner('GET', `${REPO}/labels?limit=50`);
  expect(headers['link']).toMatch(
    /^<http:\/\/127\.0\.0\.1:\d+\/api\/v1\/repos\/owner\/app\/labels\?limit=50&page=2>; rel="next"/,
  );
});

test('a wrong token is a 401 everywhere, a private repository a 404 for strangers', async () => {
  await forge.control.createRepo({ owner: 'owner', name: 'secret', private: true });
  expect((await forge.as('not-a-token')('GET', '/api/v1/version')).status).toBe(401);
  expect((await stranger('GET', '/api/v1/repos/owner/secret')).status).toBe(404);
  expect((await forge.as('')('GET', '/api/v1/repos/owner/secret/issues')).status).toBe(404);
});

test('a repository keeps its number through a rename, and a POST to the old path is not followed', async () => {
  const { id } = await forge.control.createRepo({ owner: 'owner', name: 'old' });
  await owner('PATCH', '/api/v1/repos/owner/old', { name: 'new' });
  expect(at((await owner('GET', `/api/v1/repositories/${id}`)).body, 'full_name')).toBe('owner/new');
  const moved = await owner('POST', '/api/v1/repos/owner/old/issues?x=1', { title: 'Lost' });
  expect([moved.status, moved.headers['location'], moved.body]).toEqual([
    301,
    '/api/v1/repos/owner/new/issues?x=1',
    undefined,
  ]);
  expect((await owner('GET', '/api/v1/repos/owner/new/issues')).body).toEqual([]);
});
