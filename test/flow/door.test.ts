// The webhook door under pressure: idle, slow, greedy and lost clients; true deliveries go on being taken.
import { createHmac, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { HOOK_SECRET, kugetsuOn, type Options } from '../support/kugetsu-on.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;
const PLENTY_MS = 60_000;

interface Client {
  readonly socket: Socket;
  /** Everything that was answered. */
  readonly said: () => string;
  readonly closed: () => boolean;
}

interface Pretence {
  readonly contentLength?: number;
  readonly chunked?: boolean;
  readonly from?: string;
  readonly forwardedFor?: string;
  readonly body?: string;
  readonly signature?: string;
}

const sign = (body: string) => createHmac('sha256', HOOK_SECRET).update(body).digest('hex');

/** A socket with a fake signature that promises a body and sends only what is given. */
function pretend(url: string, wish: Pretence): Client {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, localAddress: wish.from ?? '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  let said = '';
  let closed = false;
  socket.setEncoding('utf8').on('data', (text: string) => (said += text));
  socket.on('error', () => undefined).on('close', () => (closed = true));
  const head = [
    'POST /webhooks/work HTTP/1.1',
    'host: x',
    'content-type: application/json',
    `x-gitea-delivery: ${randomUUID()}`,
    'x-gitea-event: issue_comment',
    'x-gitea-event-type: issue_comment',
    `x-hub-signature-256: sha256=${wish.signature ?? '0'.repeat(64)}`,
    wish.chunked === true ? 'transfer-encoding: chunked' : `content-length: ${wish.contentLength ?? 1000}`,
    ...(wish.forwardedFor === undefined ? [] : [`x-forwarded-for: ${wish.forwardedFor}`]),
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${wish.body ?? ''}`);
  return { socket, said: () => said, closed: () => closed };
}

/** A delivery as the forge signs it. */
async function deliver(
  url: string,
  body = '{}',
  headers: Record<string, string> = {},
  path = '/webhooks/work',
) {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-gitea-delivery': randomUUID(),
      'x-gitea-event': 'issue_comment',
      'x-gitea-event-type': 'issue_comment',
      'x-hub-signature-256': `sha256=${sign(body)}`,
      ...headers,
    },
  });
  await answer.text();
  return answer.status;
}

async function deliverMany(url: string, count: number, headers: Record<string, string> = {}) {
  const statuses = new Set<number>();
  for (let sent = 0; sent < count; sent += 1) statuses.add(await deliver(url, '{}', headers));
  return [...statuses];
}

/** Patient by default, so that it is the caps that are seen and not the clocks. */
function kugetsuWith(bodyLimits: Options['bodyLimits'], config: readonly string[] = []) {
  return kugetsuOn(giteaFace, {
    config,
    bodyLimits: { idleMs: PLENTY_MS, totalMs: PLENTY_MS, ...bodyLimits },
  });
}

function answered(clients: readonly Client[], status: number): number {
  return clients.filter((client) => client.said().startsWith(`HTTP/1.1 ${status} `)).length;
}

test('B2: three idle sockets that promise 25 + 25 + 14 MiB shut nobody out', async () => {
  const k = await kugetsuWith({});
  const { url } = k.app;
  const idle = [25, 25, 14].map((mib) => pretend(url, { contentLength: mib * MIB }));
  await until('they are all open', () => idle.every((one) => one.socket.bytesWritten > 0));
  expect(await deliverMany(url, 78)).toEqual([202]);
  expect(await deliver(url, `{"a":"${'x'.repeat(24 * MIB)}"}`)).toBe(202);
  expect(idle.map((one) => one.said())).toEqual(['', '', '']);
});

test('B2: of 100 idle sockets of one address the longest silent make room, for others and for a true delivery of theirs', async () => {
  const k = await kugetsuWith({ bodiesPerAddress: 20 });
  const { url } = k.app;
  const crowd = Array.from({ length: 100 }, (_, n) =>
    pretend(url, { from: '127.0.0.2', contentLength: 25 * MIB, chunked: n % 2 === 0 }),
  );
  await until('80 had to go', () => answered(crowd, 503) === 80);
  expect(crowd[0]?.said()).toMatch(/retry-after: 5/i);
  expect(await deliverMany(url, 20)).toEqual([202]);
  expect(answered(crowd, 503)).toBe(80);
  // Even from the crowd's own address: it takes the place of the most silent one.
  const honest = pretend(url, { from: '127.0.0.2', contentLength: 2, body: '{}', signature: sign('{}') });
  await until('the honest one is taken', () => answered([honest], 202) === 1);
});

test('B2: what was received counts: large bodies are refused for now, small ones never', async () => {
  const large = { largeBytes: 200_000, largeBytesPerAddress: 200_000 };
  const k = await kugetsuWith({ mostBytes: 200_000, smallBytes: 10_000, ...large });
  const { url } = k.app;
  const part = 'x'.repeat(160_000);
  const holding = pretend(url, { from: '127.0.0.2', contentLength: 170_000, body: part });
  await until('a second one has no room', async () => (await deliver(url, `{"a":"${part}"}`)) === 503);
  const body = `${part.length.toString(16)}\r\n${part}\r\n`;
  const chunked = pretend(url, { from: '127.0.0.3', chunked: true, body });
  await until('nor has a chunked one', () => answered([chunked], 503) === 1);
  expect(await deliverMany(url, 10)).toEqual([202]);
  expect(holding.said()).toBe('');
  holding.socket.destroy();
  await until('the room is free again', async () => (await deliver(url, `{"a":"${part}"}`)) === 202);
});

test('B2: a body without a byte for too long ends with 408, one that drips ends at its total bound', async () => {
  const k = await kugetsuWith({ idleMs: 300, totalMs: 1_500 });
  const silent = pretend(k.app.url, { contentLength: 1000, body: '{' });
  const dripping = pretend(k.app.url, { contentLength: 1000, body: '{' });
  const drip = setInterval(() => dripping.socket.write(' '), 50);
  onTestFinished(() => clearInterval(drip));
  await until('the silent one is closed', () => silent.closed());
  expect(silent.said()).toMatch(/^HTTP\/1\.1 408 /);
  expect(dripping.said()).toBe('');
  await until('the dripping one is closed', () => dripping.closed());
  expect(dripping.said()).toMatch(/^HTTP\/1\.1 408 /);
  expect(await deliver(k.app.url)).toBe(202);
});

test('B2: behind a trusted proxy each client has the cap, the proxy none; from anybody else the header is not believed', async () => {
  const limits = { bodiesPerAddress: 5 };
  const k = await kugetsuWith(limits, ['server: { trustedProxies: [127.0.0.2] }']);
  const { url } = k.app;
  const proxied = (forwardedFor: string) =>
    Array.from({ length: 12 }, () => pretend(url, { from: '127.0.0.2', forwardedFor }));
  // The right end was written by the proxy; what stands left of it by whoever wanted to look like somebody else.
  const greedy = Array.from({ length: 12 }, (_, n) =>
    pretend(url, { from: '127.0.0.2', forwardedFor: `198.51.100.${n}, 203.0.113.9` }),
  );
  await until('7 of the greedy had to go', () => answered(greedy, 503) === 7);
  const others = Array.from({ length: 12 }, (_, n) =>
    pretend(url, { from: '127.0.0.2', forwardedFor: `198.51.100.${n}` }),
  );
  const itself = proxied('127.0.0.2');
  const forger = Array.from({ length: 12 }, (_, n) => pretend(url, { forwardedFor: `198.51.100.${n}` }));
  await until('7 of the forger had to go', () => answered(forger, 503) === 7);
  expect(answered([...others, ...itself], 503)).toBe(0);
  expect(k.log.join('')).toMatch(/"127\.0\.0\.1".*http\.proxy_not_trusted/);
  expect(k.log.filter((line) => line.includes('http.proxy_not_trusted'))).toHaveLength(1);
});

test('first-use 11: a slash at the end works; a wrong path is said once a minute, with the right address', async () => {
  const k = await kugetsuOn(giteaFace);
  const { url } = k.app;
  const lines = () => k.log.filter((line) => line.includes('webhook.wrong_path'));
  expect(await deliver(url, '{}', {}, '/webhooks/work/')).toBe(202);
  expect(lines()).toEqual([]);
  for (const path of ['/webhook/work', '/', '/webhooks', '/%0aevil']) {
    expect(await deliver(url, '{}', {}, path)).toBe(404);
  }
  expect(lines()).toHaveLength(1);
  expect(JSON.parse(lines()[0] ?? '{}')).toMatchObject({
    level: 'warn',
    path: '/webhook/work',
    fix: expect.stringMatching(/^set the webhook's address to http:\/\/127\.0\.0\.1:\d+\/webhooks\/work$/),
  });
  k.clock.advance(60_000);
  expect(await deliver(url, '{}', {}, '/%0aevil')).toBe(404);
  expect(lines()).toHaveLength(2);
  expect(lines()[1]).not.toContain('evil');
  expect(JSON.parse(lines()[1] ?? '{}')).toMatchObject({ alsoSince: 3 });
});

test('B2: strangers cannot fill the log: a refusal is said once a minute per reason and forge, with a count of the rest', async () => {
  const k = await kugetsuOn(giteaFace);
  const { url } = k.app;
  const lines = () =>
    k.log.filter((line) => line.includes('delivery.refused')).map((line) => JSON.parse(line) as object);
  const forged = { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
  for (let n = 0; n < 20; n += 1) {
    expect(await deliver(url, '{}', forged)).toBe(401);
    expect(await deliver(url, '{}', {}, `/webhooks/nobody-${n}`)).toBe(401);
  }
  expect(lines()).toHaveLength(2);
  expect(lines()).toContainEqual(
    expect.objectContaining({ level: 'warn', forge: 'work', status: 401, reason: 'wrong signature' }),
  );
  k.clock.advance(60_000);
  expect(await deliver(url, '{}', forged)).toBe(401);
  expect(lines().at(-1)).toMatchObject({ reason: 'wrong signature', alsoSince: 19 });
  expect(await deliver(url)).toBe(202);
});

/** Connected, and saying nothing more than this. */
async function held(url: string, from: string, count: number, said: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: count }, () => {
    const socket = connect({ port: Number(port), host: hostname, localAddress: from });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined).on('connect', () => said !== '' && socket.write(said));
    return socket;
  });
  await until('each is there or had to go', () => sockets.every((socket) => !socket.connecting));
}

test('review: whoever holds more sockets than there is room for shuts nobody out', async () => {
  const k = await kugetsuWith({});
  const { url } = k.app;
  for (const from of ['127.0.0.2', '127.0.0.3']) await held(url, from, 300, '');
  expect(await deliverMany(url, 20)).toEqual([202]);
  // From the forge's own address: a proxy that the config does not name, say.
  await held(url, '127.0.0.1', 300, 'POST /webhooks/work HTTP/1.1\r\nhost: x\r\n');
  expect(await deliverMany(url, 20)).toEqual([202]);
});
