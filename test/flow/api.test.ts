// The API as programs use it: every listing after a real story, page by page, narrowed, and every error told the same way.
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { ApiClient } from '../../src/doors/api/client.js';
import { expectProblem, operatorOf, raw, tokenOf } from '../support/api.js';
import { giteaFace } from '../support/faces.js';
import { HOOK_SECRET, kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';

const QUICK = '/kugetsu start\nscripted: write a.txt yes\nscripted: commit Add it';

async function afterStories(): Promise<{ k: Kugetsu; first: number; second: number }> {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 0 }'] });
  const [first, second] = [
    await k.as('maintainer').openIssue('One'),
    await k.as('maintainer').openIssue('Two'),
  ];
  await first.comment(QUICK);
  await k.settle();
  await second.comment(QUICK);
  await k.settle();
  return { k, first: first.number, second: second.number };
}

test('every listing tells what happened, newest first', async () => {
  const { k, first, second } = await afterStories();
  const { client } = await tokenOf(k.app, { scope: 'read' });
  const subjects = [`work:${k.world.repo}#${second}`, `work:${k.world.repo}#${first}`];
  const tasks = await items(client, 'tasks');
  expect(tasks).toMatchObject(
    subjects.map((subject) => ({
      subject,
      state: 'done',
      by: 'maintainer',
      outcome: { result: 'pull_request' },
    })),
  );
  const [newest] = tasks as [{ task: string; session: string }];
  expect(await client.call('task', { params: { id: newest.task } })).toMatchObject({
    ok: true,
    body: newest,
  });
  expect(await client.call('runs', { query: { task: newest.task } })).toMatchObject({
    body: {
      items: [{ task: newest.task, subject: subjects[0], attempt: 1, evidence: { agent: 'scripted' } }],
    },
  });
  expect(await items(client, 'runs')).toHaveLength(2);
  const sessions = await items(client, 'sessions');
  expect(sessions).toMatchObject(
    subjects.map((subject) => ({ subject, state: 'idle', pull: { state: 'open' } })),
  );
  expect(await client.call('session', { params: { id: newest.session } })).toMatchObject({
    body: sessions[0],
  });
  const orders = await items(client, 'orders');
  expect(orders.length).toBeGreaterThanOrEqual(6);
  expect(orders.every((order) => (order as { state: string }).state === 'sent')).toBe(true);
  expect((await items(client, 'deliveries')).map((one) => (one as { result: string }).result)).toContain(
    'handled',
  );
  expect(await items(client, 'forges')).toMatchObject([{ forge: 'work', kind: 'gitea', paused: [] }]);
  expect(await items(client, 'queue')).toEqual([]);
  expect(await client.call('status')).toMatchObject({
    body: { ready: true, tasks: { running: 0 }, config: { waiting: [] } },
  });
  expect(await client.call('tasks', { query: { state: 'failed' } })).toMatchObject({ body: { items: [] } });
});

type Listing = 'tasks' | 'runs' | 'sessions' | 'queue' | 'deliveries' | 'orders' | 'forges';

/** All pages, of two entries each. */
async function items(client: ApiClient, name: Listing): Promise<unknown[]> {
  const all: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.call(name, { query: { limit: 2, ...(cursor !== undefined && { cursor }) } });
    if (!page.ok) throw new Error(JSON.stringify(page.problem));
    expect(page.body.items.length).toBeLessThanOrEqual(2);
    all.push(...page.body.items);
    cursor = page.body.next;
  } while (cursor !== undefined);
  return all;
}

test('a secret that somebody typed stands in no answer', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 0 }'] });
  const issue = await k.as('maintainer').openIssue('Careless');
  await issue.comment(`/kugetsu start with ${HOOK_SECRET}\nscripted: say it is ${HOOK_SECRET}`);
  await k.settle();
  const local = operatorOf(k.app);
  const tasks = JSON.stringify(await items(local, 'tasks'));
  expect(tasks).toContain('it is ');
  const rest = await Promise.all([
    items(local, 'sessions'),
    items(local, 'runs'),
    items(local, 'deliveries'),
  ]);
  expect(`${tasks}${JSON.stringify(rest)}`).not.toContain(HOOK_SECRET);
});

test('a token of one issue sees that issue alone, in every listing', async () => {
  const { k, first, second } = await afterStories();
  const only = `work:${k.world.repo}#${first}`;
  const { client } = await tokenOf(k.app, { scope: 'read', repos: [only] });
  const elsewhere = await tokenOf(k.app, { scope: 'admin', repos: ['work:other/*'] });
  for (const name of ['tasks', 'runs', 'sessions', 'orders'] as const) {
    const seen = (await items(client, name)) as { subject: string }[];
    expect(new Set(seen.map(({ subject }) => subject))).toEqual(new Set([only]));
    expect(await items(elsewhere.client, name)).toEqual([]);
  }
  const all = (await items(operatorOf(k.app), 'tasks')) as {
    task: string;
    session: string;
    subject: string;
  }[];
  const theirs = all.find(({ subject }) => subject.endsWith(`#${second}`));
  expect(await client.call('task', { params: { id: theirs?.task ?? '' } })).toMatchObject({ status: 404 });
  expect(await client.call('session', { params: { id: theirs?.session ?? '' } })).toMatchObject({
    status: 404,
  });
  const status = await client.call('status');
  expect(status.ok && status.body.tasks).toBe(undefined);
});

test('the verb queue shows a token of one issue that issue alone', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 1000000 }'] });
  const subjects = [];
  for (const title of ['One', 'Two']) {
    const issue = await k.as('maintainer').openIssue(title);
    await issue.comment(QUICK);
    await k.settle();
    subjects.push(`work:${k.world.repo}#${issue.number}`);
  }
  const [first = '', second] = subjects;
  const one = await tokenOf(k.app, { scope: 'read', repos: [first] });
  const whole = await tokenOf(k.app, { scope: 'read', repos: ['work:acme/*'] });
  expect(await one.client.ask('queue', { subject: first })).toMatchObject({
    body: { result: { kind: 'queue', tasks: [{ subject: first }], more: 0, elsewhere: 1 } },
  });
  expect(await whole.client.ask('queue', { subject: first })).toMatchObject({
    body: { result: { tasks: [{ subject: first }, { subject: second }], more: 0, elsewhere: 0 } },
  });
});

test('the queue is listed in the order in which it is begun', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 1000000 }'] });
  const issues = [];
  for (const title of ['One', 'Two', 'Three']) issues.push(await k.as('maintainer').openIssue(title));
  for (const issue of issues) {
    await issue.comment(QUICK);
    await k.settle();
  }
  const queue = await items(operatorOf(k.app), 'queue');
  expect(queue).toMatchObject(
    issues.map(({ number }, index) => ({
      subject: `work:${k.world.repo}#${number}`,
      place: index + 1,
      waitsFor: { kind: 'slot' },
    })),
  );
});

test('every error is a problem with a code and with what to do', async () => {
  const k = await kugetsuOn(giteaFace);
  const { token } = await tokenOf(k.app, { scope: 'admin' });
  const json = { 'content-type': 'application/json' };
  const post = (body: string, headers: Record<string, string> = json) =>
    raw(k.app, '/api/v1/tokens', { token, method: 'POST', body, headers });
  expectProblem(await post('{"name":'), 400, 'bad_json');
  expectProblem(
    await post('name=x', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'not_json',
  );
  expectProblem(await post('{}', { 'content-type': 'text/json' }), 415, 'not_json');
  const invalid = await post('{"name":"x","scope":"all","nmae":1}');
  expectProblem(invalid, 400, 'invalid');
  expect((invalid.body['errors'] as { at: string }[]).map(({ at }) => at)).toContain('json.scope');
  expectProblem(await raw(k.app, '/api/v1/tokens', { token, method: 'POST' }), 400, 'invalid');
  expectProblem(
    await raw(k.app, '/api/v1/tokens', { token, method: 'POST', headers: json }),
    400,
    'bad_json',
  );
  expectProblem(await raw(k.app, '/api/v1/tasks', { token, method: 'PUT' }), 405, 'wrong_method');
  expectProblem(await raw(k.app, '/api/v1/verbs/fly', { token, method: 'POST' }), 404, 'not_found');
  expectProblem(await raw(k.app, '/api/v1/tasks/T-none', { token }), 404, 'not_found');
  expectProblem(await raw(k.app, '/api/v1/tasks?limit=0', { token }), 400, 'invalid');
  expectProblem(await raw(k.app, '/api/v1/tasks?cursor=bm9uc2Vuc2U', { token }), 400, 'bad_cursor');
  const key = { ...json, 'idempotency-key': 'a key with spaces' };
  expectProblem(await post('{"name":"x","scope":"read"}', key), 400, 'invalid');
});

test('a large body is refused, promised or sent, and others are answered meanwhile', async () => {
  const k = await kugetsuOn(giteaFace);
  const { token, client } = await tokenOf(k.app, { scope: 'admin' });
  const port = Number(new URL(k.app.adminUrl).port);
  const head = [
    'POST /api/v1/tokens HTTP/1.1',
    'host: localhost',
    `authorization: Bearer ${token}`,
    'content-type: application/json',
  ];
  const promised = await answerTo(port, [...head, `content-length: ${26 * 1024 * 1024}`], Buffer.alloc(0));
  expect(promised).toMatch(/^HTTP\/1\.1 413 /);
  const piece = Buffer.concat([
    Buffer.from('100000\r\n'),
    Buffer.alloc(0x10_00_00, 0x20),
    Buffer.from('\r\n'),
  ]);
  const sent = answerTo(port, [...head, 'transfer-encoding: chunked'], Buffer.concat(Array(26).fill(piece)));
  expect(await client.call('status')).toMatchObject({ ok: true });
  expect(await sent).toMatch(/^HTTP\/1\.1 413 /);
});

/** What comes back on a connection of its own; the server may end it before all was sent. */
function answerTo(port: number, head: readonly string[], body: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])),
    );
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
      if (answer.includes('\r\n\r\n')) socket.destroy();
    });
    socket
      .on('close', () => resolve(answer))
      .on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
  });
}

test('the page of the API comes from our own disk under a strict policy, and needs no token', async () => {
  const k = await kugetsuOn(giteaFace);
  const get = async (path: string) => {
    const response = await fetch(`${k.app.adminUrl}/api/v1${path}`);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const page = await get('/docs');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
  expect(page.text).not.toMatch(/https?:|<script>|style=/);
  const parts = [...page.text.matchAll(/(?:src|href)="\/api\/v1([^"]+)"/g)].map(([, path]) => path ?? '');
  expect(parts).toHaveLength(3);
  for (const part of parts) expect(await get(part)).toMatchObject({ status: 200 });
  expect(JSON.parse((await get('/openapi.json')).text)).toMatchObject({ openapi: '3.1.0' });
  expect(await get('/docs/../tokens')).toMatchObject({ status: 401 });
});
