// Verbs asked over HTTP: carried out like those of a comment, once for each key, by those who may, where they may.
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { operatorOf, raw, tokenOf, expectProblem } from '../support/api.js';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';

const MESSAGE = 'use a fake clock\nscripted: write a.txt yes\nscripted: commit Add it';
const CONFIG = ['limits: { memoryPerAgentMb: 0 }'];

test('a start over TCP becomes a pull request, told in the name of the token', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Login test is flaky');
  const subject = `work:${k.world.repo}#${issue.number}`;
  const { client } = await tokenOf(k.app, { scope: 'act', name: 'build server' });
  const asked = await client.ask('start', { subject, message: MESSAGE, flags: { draft: true } });
  expect(asked).toMatchObject({
    ok: true,
    status: 200,
    body: { result: { kind: 'queued', how: 'first', place: 1, waitsFor: { kind: 'slot' } }, again: false },
  });
  expect(await client.ask('status', { subject })).toMatchObject({
    body: { result: { kind: 'status', tasks: [{ state: 'ready', subject }] } },
  });
  await k.settle();
  expect((await issue.pull()).draft).toBe(true);
  const tasks = await client.call('tasks');
  expect(tasks).toMatchObject({ body: { items: [{ subject, by: 'build server', state: 'done' }] } });
  expect(await issue.finals()).toHaveLength(1);
});

test('the same key again does nothing again, and another request with it is refused', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('One');
  const subject = `work:${k.world.repo}#${issue.number}`;
  const [one, other] = [await tokenOf(k.app, { scope: 'act' }), await tokenOf(k.app, { scope: 'act' })];
  const first = await one.client.ask('start', { subject, message: MESSAGE }, 'key-1');
  const second = await one.client.ask('start', { subject, message: MESSAGE }, 'key-1');
  if (!first.ok || !second.ok) throw new Error(JSON.stringify([first, second]));
  expect(second.body).toEqual({ ...first.body, again: true });
  expect(await one.client.ask('start', { subject, message: 'else' }, 'key-1')).toMatchObject({
    status: 422,
    problem: { code: 'key_reused' },
  });
  expect(await one.client.ask('stop', { subject }, 'key-1')).toMatchObject({ status: 422 });
  // A key is one of its token.
  expect(await other.client.ask('continue', { subject, message: 'more' }, 'key-1')).toMatchObject({
    body: { result: { kind: 'queued', how: 'follow_up' }, again: false },
  });
  const tasks = await one.client.call('tasks');
  expect(tasks.ok && tasks.body.items).toHaveLength(2);
});

test('asks about one issue at the same moment are decided one after the other', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('One');
  const subject = `work:${k.world.repo}#${issue.number}`;
  const local = operatorOf(k.app);
  const starts = await Promise.all([1, 2, 3].map(() => local.ask('start', { subject, message: MESSAGE })));
  const hows = starts.map((one) => one.ok && one.body.result.kind === 'queued' && one.body.result.how);
  expect(new Set(hows)).toEqual(new Set(['first', 'continues']));
  expect(hows.filter((how) => how === 'first')).toHaveLength(1);
  await local.ask('stop', { subject });
  const retries = await Promise.all([1, 2, 3].map(() => local.ask('retry', { subject })));
  expect(retries.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(retries.filter(({ status }) => status === 409)).toHaveLength(2);
});

test('a key that was used long ago with another request does not answer for it', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('One');
  const subject = `work:${k.world.repo}#${issue.number}`;
  const { client } = await tokenOf(k.app, { scope: 'act' });
  expect((await client.ask('stop', { subject }, 'key-1')).status).not.toBe(422);
  k.clock.advance(8 * 24 * 60 * 60_000);
  const started = await client.ask('start', { subject, message: MESSAGE }, 'key-1');
  expect(started).toMatchObject({ body: { result: { kind: 'queued' }, again: false } });
});

test('a discussion without a number is worked on too, from the socket', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const subject = `work:${k.world.repo}#-spring-cleaning`;
  const local = operatorOf(k.app);
  expect(await local.ask('start', { subject, message: MESSAGE })).toMatchObject({
    body: { result: { kind: 'queued' } },
  });
  await k.settle();
  expect(await local.call('tasks')).toMatchObject({
    body: { items: [{ subject, by: 'local', state: 'done' }] },
  });
  expect(await local.call('sessions')).toMatchObject({ body: { items: [{ subject }] } });
  // Nothing of it is said at the forge.
  expect(await local.call('orders')).toMatchObject({ body: { items: [] } });
});

test('what is not done is a problem that carries the refusal', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const { client, token } = await tokenOf(k.app, { scope: 'act' });
  const issue = await k.as('maintainer').openIssue('One');
  const subject = `work:${k.world.repo}#${issue.number}`;
  const refusedWith = async (verb: string, body: object, status: number, code: string) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await raw(k.app, `/api/v1/verbs/${verb}`, {
      token,
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    expectProblem(answer, status, 'refused');
    expect(answer.body['refusal']).toMatchObject({ code });
  };
  await refusedWith('retry', { subject }, 409, 'nothing_failed');
  await refusedWith('start', { subject, flags: { agent: 'nobody' } }, 409, 'no_such_agent');
  await refusedWith('start', { subject: 'work:other/place#1' }, 403, 'not_listed');
  await refusedWith('start', { subject: 'nowhere:acme/api#1' }, 403, 'not_listed');
  await refusedWith('start', { subject: 'work:acme/nothing#1' }, 404, 'no_such_subject');
  await refusedWith('start', { subject: `work:${k.world.repo}#4711` }, 404, 'forge_refused');
  await refusedWith('delegate', { subject, message: 'plan it' }, 409, 'not_built');
  expect(await client.ask('start', { subject: 'acme/api#1' })).toMatchObject({
    status: 400,
    problem: { code: 'invalid' },
  });
  expect(await client.ask('start', { subject, flags: { speed: 'high' } })).toMatchObject({ status: 400 });
  expect(await client.ask('start', {})).toMatchObject({ status: 400 });
  expect(await client.ask('stop', { subject })).toMatchObject({
    status: 200,
    body: { result: { kind: 'nothing', code: 'nothing_to_stop' } },
  });
  expect((await client.call('tasks')).ok && (await client.call('tasks'))).toMatchObject({
    body: { items: [] },
  });
});

test('API tokens: a scope and a repository list are kept to', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('One');
  const other = await k.as('maintainer').openIssue('Two');
  const subject = `work:${k.world.repo}#${issue.number}`;
  const read = await tokenOf(k.app, { scope: 'read' });
  const elsewhere = await tokenOf(k.app, { scope: 'admin', repos: ['work:acme/other'] });
  const here = await tokenOf(k.app, { scope: 'act', repos: [subject] });
  for (const { client } of [read, elsewhere]) {
    expect(await client.ask('start', { subject })).toMatchObject({
      status: 403,
      problem: { code: 'forbidden' },
    });
    expect(await client.ask('stop', { subject })).toMatchObject({ status: 403 });
  }
  expect(await read.client.ask('status', { subject })).toMatchObject({ status: 200 });
  expect(await elsewhere.client.ask('status', { subject })).toMatchObject({ status: 403 });
  expect(await elsewhere.client.ask('queue')).toMatchObject({ status: 403 });
  expect(await here.client.ask('start', { subject: `work:${k.world.repo}#${other.number}` })).toMatchObject({
    status: 403,
  });
  expect(await here.client.ask('pause')).toMatchObject({ status: 403 });
  expect(await here.client.ask('start', { subject, message: MESSAGE })).toMatchObject({ status: 200 });
  expect(await operatorOf(k.app).ask('queue')).toMatchObject({
    body: { result: { kind: 'queue', tasks: [{ subject }] } },
  });
});

test('what changed nothing is remembered only under a key: whoever reads cannot fill the disk', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const { client } = await tokenOf(k.app, { scope: 'read' });
  for (let n = 0; n < 3; n += 1) expect(await client.ask('help', {})).toMatchObject({ status: 200 });
  expect(countOf(k, 'commands')).toBe(0);
  expect(await client.ask('help', {}, 'once')).toMatchObject({ body: { again: false } });
  expect(await client.ask('help', {}, 'once')).toMatchObject({ body: { again: true } });
  expect(countOf(k, 'commands')).toBe(1);
});

test('a token for a pull request alone does not reach the session of the issue behind it', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('One');
  await issue.comment(`/kugetsu start\n${MESSAGE}`);
  await k.settle();
  const subject = `work:${k.world.repo}#${(await issue.pull()).number}`;
  const { client } = await tokenOf(k.app, { scope: 'act', repos: [subject] });
  for (const verb of ['status', 'destroy'])
    expect(await client.ask(verb, { subject })).toMatchObject({ ok: false, status: 403 });
  const both = [subject, `work:${k.world.repo}#${issue.number}`];
  const wide = await tokenOf(k.app, { scope: 'act', repos: both });
  expect(await wide.client.ask('status', { subject })).toMatchObject({ status: 200 });
});

function countOf(k: Kugetsu, table: 'commands'): unknown {
  const raw = new SQLite(join(k.home, 'kugetsu.db'), { readonly: true });
  try {
    return raw.prepare(`select count(*) from ${table}`).pluck().get();
  } finally {
    raw.close();
  }
}
