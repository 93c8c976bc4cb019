// The event stream: everything that changes, in order, none missed; ended with its token; cheap while idle.
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createApiClient, type ApiClient, type ReceivedEvent } from '../../src/doors/api/client.js';
import { operatorOf, tokenOf } from '../support/api.js';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';
import { kugetsuServing } from '../support/kugetsu-process.js';
import { until } from '../support/until.js';

const QUICK = '/kugetsu start\nscripted: write a.txt yes\nscripted: commit Add it';
const CONFIG = ['limits: { memoryPerAgentMb: 0 }'];

/** A stream that is read in the background, until the end of the test or of the stream. */
function watch(client: ApiClient, after?: string) {
  const ending = new AbortController();
  const received: ReceivedEvent[] = [];
  const ended = (async () => {
    for await (const one of client.events({ signal: ending.signal, ...(after !== undefined && { after }) }))
      received.push(one);
  })();
  let isOver = false;
  ended.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  return {
    received,
    events: () => received.flatMap((one) => (one.kind === 'event' ? [one.event] : [])),
    get isOver() {
      return isOver;
    },
    ready: () => until('the stream is ready', () => received.length > 0),
    async stop(): Promise<string> {
      ending.abort();
      await ended.catch(() => {});
      return received.at(-1)?.id ?? '';
    },
  };
}

test('a story is told as it happens, in order, and again from any event on', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const live = watch(operatorOf(k.app));
  await live.ready();
  const issue = await k.as('maintainer').openIssue('One');
  await issue.comment(QUICK);
  await k.settle();
  const isDone = () => live.events().some((event) => event.type === 'task' && event.state === 'done');
  await until('the task is told as done', isDone);
  await k.settle();
  const subject = `work:${k.world.repo}#${issue.number}`;
  const states = live.events().flatMap((event) => (event.type === 'task' ? [event.state] : []));
  expect([...new Set(states)]).toEqual(['ready', 'running', 'reporting', 'done']);
  expect(new Set(live.events().map(({ type }) => type))).toEqual(
    new Set(['delivery', 'order', 'run', 'session', 'task']),
  );
  expect(
    live
      .events()
      .filter(({ type }) => type === 'task')
      .every((event) => event.subject === subject),
  ).toBe(true);
  const ids = live.events().map(({ id }) => id);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
  await until('the last is told', () => live.events().length > 0);
  await live.stop();
  const [first, ...others] = live.events();
  const again = watch(operatorOf(k.app), String(first?.id));
  await until('all after the first are told again', () => again.events().length >= others.length);
  expect(again.events().slice(0, others.length)).toEqual(others);
  await again.stop();
});

test('what changes while the connection is gone, and the server killed, is told afterwards', async () => {
  const k = await kugetsuServing(await giteaFace(), { config: CONFIG });
  const client = createApiClient({ socket: join(k.home, 'run/kugetsu.sock') });
  const live = watch(client);
  await live.ready();
  const last = await live.stop();
  const issue = await k.as('maintainer').openIssue('One');
  await issue.comment(QUICK);
  await until('the task runs', async () => {
    const tasks = await client.call('tasks');
    return tasks.ok && tasks.body.items.some(({ state }) => state !== 'ready');
  });
  await k.kill();
  await expect(client.call('status')).rejects.toMatchObject({ code: 'api_unreachable' });
  await k.start();
  const after = watch(client, last);
  await until('the task is told as done', () =>
    after.events().some((event) => event.type === 'task' && event.state === 'done'),
  );
  await after.stop();
  expect(after.received[0]).toEqual({ kind: 'ready', id: last });
  expect(after.received.some(({ kind }) => kind === 'reset')).toBe(false);
  const states = after.events().flatMap((event) => (event.type === 'task' ? [event.state] : []));
  expect(states[0]).toBe('ready');
  expect(states.at(-1)).toBe('done');
});

test('an id that is not kept any more, or was never given, is answered with reset', async () => {
  const k = await kugetsuOn(giteaFace);
  await tokenOf(k.app, { scope: 'read' });
  for (const unknown of ['999999999', String(Number.MAX_SAFE_INTEGER).slice(0, 15)]) {
    const stream = watch(operatorOf(k.app), unknown);
    await until('the stream begins anew', () => stream.received.length >= 2);
    expect(stream.received.map(({ kind }) => kind)).toEqual(['ready', 'reset']);
    await stream.stop();
  }
});

test('a revoked or expired token ends its streams and no other', async () => {
  const k = await kugetsuOn(giteaFace);
  const [one, other] = [
    await tokenOf(k.app, { scope: 'read' }),
    await tokenOf(k.app, { scope: 'read', expiresInDays: 1 }),
  ];
  const [theirs, expiring, local] = [watch(one.client), watch(other.client), watch(operatorOf(k.app))];
  for (const stream of [theirs, expiring, local]) await stream.ready();
  await operatorOf(k.app).call('revokeToken', { params: { id: one.id } });
  await until('the stream of the revoked token ends', () => theirs.isOver);
  await expect(watch(one.client).stop()).resolves.toBe('');
  expect(expiring.isOver).toBe(false);
  k.clock.advance(2 * 24 * 60 * 60_000);
  await tokenOf(k.app, { scope: 'read' });
  await until('the stream of the expired token ends', () => expiring.isOver);
  await until('the operator is told', () => local.events().length >= 2);
  expect(local.events()).toMatchObject([
    { type: 'token', change: 'changed', token: one.id, state: 'revoked' },
    { type: 'token', change: 'added', state: 'valid' },
  ]);
  expect(theirs.events().concat(expiring.events())).toEqual([]);
  await local.stop();
});

test('a token of another repository is told nothing', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const { client } = await tokenOf(k.app, { scope: 'admin', repos: ['work:other/*'] });
  const own = await tokenOf(k.app, { scope: 'read', repos: [`work:${k.world.repo}#1`] });
  const [theirs, mine, all] = [watch(client), watch(own.client), watch(operatorOf(k.app))];
  for (const stream of [theirs, mine, all]) await stream.ready();
  const issues = [await k.as('maintainer').openIssue('One'), await k.as('maintainer').openIssue('Two')];
  for (const issue of issues) await issue.comment(QUICK);
  await k.settle();
  const done = () => all.events().filter((event) => event.type === 'task' && event.state === 'done');
  await until('both are told as done', () => done().length === 2);
  await until('mine is told', () =>
    mine.events().some((event) => event.type === 'task' && event.state === 'done'),
  );
  expect(theirs.events()).toEqual([]);
  expect(new Set(mine.events().map(({ subject }) => subject))).toEqual(new Set([`work:${k.world.repo}#1`]));
  for (const stream of [theirs, mine, all]) await stream.stop();
});

test('the head of the stream alone opens none, and one token cannot have them all', async () => {
  const k = await kugetsuOn(giteaFace);
  const greedy = await tokenOf(k.app, { scope: 'read', repos: ['work:other/*'] });
  const other = await tokenOf(k.app, { scope: 'read' });
  const url = `${k.app.adminUrl}/api/v1/events`;
  const ask = (token: string, method: string) =>
    fetch(url, { method, headers: { authorization: `Bearer ${token}` } });
  for (let asked = 0; asked < 250; asked += 1) {
    const head = await ask(greedy.token, 'HEAD');
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  }
  const streams = Array.from({ length: 201 }, () => watch(greedy.client));
  await until('the last one is refused', () => streams.some(({ isOver }) => isOver));
  expect(streams.filter(({ isOver }) => isOver)).toHaveLength(1);
  const theirs = watch(other.client);
  await theirs.ready();
  for (const stream of [...streams, theirs]) await stream.stop();
});

test('connections without a token, such as those of an agent, end no stream of somebody with one', async () => {
  const k = await kugetsuOn(giteaFace);
  const { client } = await tokenOf(k.app, { scope: 'read' });
  const stream = watch(client);
  await stream.ready();
  const { port } = new URL(k.app.adminUrl);
  const sockets = Array.from({ length: 270 }, () =>
    connect({ port: Number(port), host: '127.0.0.1' }).on('error', () => {}),
  );
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  await until('some of them have to go', () => sockets.filter(({ closed }) => closed).length >= 10);
  expect(stream.isOver).toBe(false);
  expect(await client.call('status')).toMatchObject({ ok: true });
  await stream.stop();
});

test('two hundred idle streams: the others are answered, one too many is refused, and all end with the server', async () => {
  const k = await kugetsuOn(giteaFace);
  const { client } = await tokenOf(k.app, { scope: 'act' });
  const streams = Array.from({ length: 200 }, () => watch(client));
  for (const stream of streams) await stream.ready();
  expect(await client.call('status')).toMatchObject({ ok: true });
  expect(await operatorOf(k.app).call('tasks')).toMatchObject({ ok: true });
  const response = await fetch(`${k.app.url}/healthz`);
  expect(await response.text()).toBe('ok\n');
  await tokenOf(k.app, { scope: 'read' });
  const more = Array.from({ length: 60 }, () => watch(operatorOf(k.app)));
  await until('some are refused', () => more.some(({ isOver }) => isOver));
  expect(streams.some(({ isOver }) => isOver)).toBe(false);
  await k.app.stop();
  await until('all have ended', () => streams.every(({ isOver }) => isOver));
});
