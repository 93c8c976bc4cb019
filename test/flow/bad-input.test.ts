// Every malformed, oversized, unsigned, replayed or hostile delivery: the right status, a reason in the log, never a task.
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { HOOK_SECRET, kugetsuOn } from '../support/kugetsu-on.js';

type Wish = {
  body?: string;
  path?: string;
  method?: string;
  headers?: Record<string, string | undefined>;
  secret?: string;
};

const sign = (body: string, secret = HOOK_SECRET) => createHmac('sha256', secret).update(body).digest('hex');

function deliver(
  url: string,
  { body = '{}', path = '/webhooks/work', method = 'POST', headers = {}, secret }: Wish,
) {
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'x-gitea-delivery': randomUUID(),
    'x-gitea-event': 'issue_comment',
    'x-gitea-event-type': 'issue_comment',
    'x-hub-signature-256': `sha256=${sign(body, secret)}`,
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return fetch(`${url}${path}`, { method, headers: given, ...(method === 'GET' ? {} : { body }) });
}

const TABLE: readonly (readonly [string, Wish, number])[] = [
  ['GET', { method: 'GET' }, 405],
  ['PUT', { method: 'PUT' }, 405],
  ['another path', { path: '/webhook' }, 404],
  ['form encoded', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
  ['no signature', { headers: { 'x-hub-signature-256': undefined } }, 401],
  ['an empty signature', { headers: { 'x-hub-signature-256': 'sha256=' } }, 401],
  ['another secret', { secret: 'another-secret-of-somebody' }, 401],
  ['an unknown forge', { path: '/webhooks/nobody' }, 401],
  ['no delivery id', { headers: { 'x-gitea-delivery': undefined } }, 400],
  ['no event', { headers: { 'x-gitea-event': undefined, 'x-gitea-event-type': undefined } }, 400],
  ['a list', { body: '[1]' }, 400],
  ['plain text', { body: 'hello' }, 400],
  ['JSON cut in the middle', { body: '{"action":"created","iss' }, 202],
  ['an empty object', { body: '{}' }, 202],
  ['prototype keys', { body: '{"__proto__":{"admin":true},"constructor":1}' }, 202],
  [
    'wrong types',
    { body: '{"action":"created","comment":[],"issue":"x","repository":{"id":"a"},"sender":null}' },
    202,
  ],
  ['deep nesting', { body: `{"a":${'['.repeat(100_000)}` }, 202],
  ['NUL bytes', { body: '{"action":"\u0000"}' }, 202],
];

test('the table of bad deliveries: status, reason, never a task', async () => {
  const k = await kugetsuOn(giteaFace);
  for (const [name, wish, status] of TABLE) {
    const before = k.log.length;
    // Refusals of one kind are told once a minute.
    k.clock.advance(60_000);
    const answer = await deliver(k.app.url, wish);
    expect({ name, status: answer.status }).toEqual({ name, status });
    if (status >= 400) expect(answer.headers.get('content-type')).toBe('application/problem+json');
    await k.settle();
    if (status !== 404)
      expect({ name, said: /"(reason|note)":"[^"]+/.test(k.log.slice(before).join('')) }).toEqual({
        name,
        said: true,
      });
  }
  const [unknown, wrong] = await Promise.all([
    deliver(k.app.url, { path: '/webhooks/nobody' }),
    deliver(k.app.url, { secret: 'another-secret-of-somebody' }),
  ]);
  expect(await unknown.text()).toBe(await wrong.text());
  expect(k.worktrees()).toEqual([]);
  expect((await fetch(`${k.app.url}/healthz`)).status).toBe(200);
});

test('25 MB is the limit, declared or not; the same delivery id twice is said to be one', async () => {
  const k = await kugetsuOn(giteaFace);
  const large = `{"a":"${'x'.repeat(26 * 1024 * 1024)}"}`;
  expect((await deliver(k.app.url, { body: large })).status).toBe(413);
  expect(await chunked(k.app.url, large)).toBe(413);
  expect((await deliver(k.app.url, { body: `{"a":"${'x'.repeat(24 * 1024 * 1024)}"}` })).status).toBe(202);
  const headers = { 'x-gitea-delivery': randomUUID() };
  expect((await deliver(k.app.url, { headers })).status).toBe(202);
  const again = await deliver(k.app.url, { headers });
  expect([again.status, await again.json()]).toEqual([
    200,
    { delivery: headers['x-gitea-delivery'], duplicate: true },
  ]);
});

/** Without a content length; the server may end the connection before all of it is sent. */
async function chunked(url: string, body: string): Promise<number | undefined> {
  const headers = {
    'content-type': 'application/json',
    'x-gitea-delivery': randomUUID(),
    'x-gitea-event': 'issue_comment',
    'x-gitea-event-type': 'issue_comment',
    'x-hub-signature-256': `sha256=${sign(body)}`,
    'transfer-encoding': 'chunked',
  };
  const sent = request(`${url}/webhooks/work`, { method: 'POST', headers });
  sent.on('error', () => undefined);
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [{ statusCode?: number; resume: () => void }];
  answer.resume();
  return answer.statusCode;
}

test('a payload cannot make kugetsu call an address or work in a repository that is not listed', async () => {
  const k = await kugetsuOn(giteaFace);
  let visits = 0;
  const canary = createServer((socket) => {
    visits += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(canary, 'listening');
  onTestFinished(() => void canary.close());
  const address = canary.address();
  const evil = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const issue = await k.as('maintainer').openIssue('Honest');
  await issue.comment('/kugetsu start');
  await k.world.idle();
  const original =
    (await k.world.forge.control.log()).deliveries.find((one) => one.event === 'issue_comment')?.body ?? '';
  const redirected = original.replaceAll(k.world.url, evil).replaceAll('/kugetsu start', '/kugetsu status');
  expect((await deliver(k.app.url, { body: redirected })).status).toBe(202);
  const elsewhere = original
    .replaceAll('acme/api', 'evil/api')
    .replaceAll('/kugetsu start', '/kugetsu queue');
  expect((await deliver(k.app.url, { body: elsewhere })).status).toBe(202);
  await k.settle();
  expect(visits).toBe(0);
  expect(k.log.join('')).toContain('is not in `repos` of the config');
  expect(await issue.reports()).toHaveLength(1);
});

test('a comment sent under the name of another event is no command', async () => {
  const k = await kugetsuOn(giteaFace);
  const issue = await k.as('maintainer').openIssue('Wrong name');
  await issue.comment('Nothing to do.');
  await k.world.idle();
  const body = (
    (await k.world.forge.control.log()).deliveries.find((one) => one.event === 'issue_comment')?.body ?? ''
  ).replaceAll('Nothing to do.', '/kugetsu start');
  for (const name of ['issues', 'pull_request', 'push', 'nonsense', 'pull_request_review_approved']) {
    const headers = { 'x-gitea-event': name, 'x-gitea-event-type': name };
    expect((await deliver(k.app.url, { body, headers })).status).toBe(202);
  }
  await k.settle();
  expect(await issue.reports()).toEqual([]);
});

test('a client that sends its headers slowly is cut off, others go on', async () => {
  const k = await kugetsuOn(giteaFace);
  const { port, hostname } = new URL(k.app.url);
  const slow = connect(Number(port), hostname);
  slow.on('error', () => undefined);
  slow.write('POST /webhooks/work HTTP/1.1\r\nhost: x\r\n');
  slow.resume();
  await once(slow, 'close');
  expect((await fetch(`${k.app.url}/healthz`)).status).toBe(200);
});
