// What the practice forge can be told to do wrong, and that it then does just that.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startPracticeForge } from '../../../src/practice/client.js';
import type { ApiAnswer, PracticeForge, PracticeRepo } from '../../../src/practice/client.js';
import { startReceiver } from './receiver.js';
import { gitAs } from './world.js';

const COMMENTS = '/api/v1/repos/owner/app/issues/1/comments';
let folder: string;
let forge: PracticeForge;
let repo: PracticeRepo;
let token: string;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let call: (method: string, path: string, body?: unknown) => Promise<ApiAnswer>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'practice-faults-'));
  forge = await startPracticeForge({ home: join(folder, 'forge') });
  receiver = await startReceiver();
  token = (await forge.control.createUser({ login: 'owner' })).token;
  repo = await forge.control.createRepo({ owner: 'owner', name: 'app' });
  call = forge.as(token);
  const config = { url: `${receiver.url}/hook`, content_type: 'json', secret: 'practice-secret-not-real' };
  await call('POST', '/api/v1/repos/owner/app/hooks', {
    type: 'gitea',
    active: true,
    events: ['issues'],
    config,
  });
  await call('POST', '/api/v1/repos/owner/app/issues', { title: 'One' });
});
afterEach(async () => {
  await forge.control.clearFaults();
  await forge.control.idle();
  receiver.take();
});
afterAll(async () => {
  await forge.stop();
  await receiver.stop();
  await rm(folder, { recursive: true });
});

const comment = (body: string) => call('POST', COMMENTS, { body });
const bodies = async () => ((await call('GET', COMMENTS)).body as { body: string }[]).map((one) => one.body);
const delivered = () =>
  receiver.received.map((one) => (JSON.parse(one.body) as { comment: { body: string } }).comment.body);
const deliveryIds = () => receiver.received.map((one) => one.headers['X-Gitea-Delivery']);

test('a request fails so many times, for that path and that user only, and is not applied', async () => {
  await forge.control.fault({
    on: 'request',
    method: 'POST',
    path: 'issues/1/comments$',
    user: 'owner',
    times: 2,
    effect: { kind: 'fail', status: 503 },
  });
  await forge.control.fault({ on: 'request', user: 'somebody-else', effect: { kind: 'fail', status: 500 } });
  expect([(await comment('f1')).status, (await comment('f2')).status, (await comment('f3')).status]).toEqual([
    503, 503, 201,
  ]);
  expect(await bodies()).toEqual(expect.arrayContaining(['f3']));
  expect(await bodies()).not.toEqual(expect.arrayContaining(['f1']));
});

test('a rate limit tells when to come back', async () => {
  await forge.control.fault({
    on: 'request',
    path: 'comments',
    effect: { kind: 'rate_limit', retryAfterSeconds: 7 },
  });
  const answer = await comment('limited');
  expect([answer.status, answer.headers['retry-after']]).toEqual([429, '7']);
});

test('it answers 502, or not at all, after doing what was asked', async () => {
  await forge.control.fault({
    on: 'request',
    method: 'POST',
    path: 'comments',
    effect: { kind: 'fail_after', status: 502 },
  });
  expect((await comment('lost answer')).status).toBe(502);
  await forge.control.fault({
    on: 'request',
    method: 'POST',
    path: 'comments',
    effect: { kind: 'cut_after' },
  });
  await expect(comment('cut answer')).rejects.toThrow();
  await forge.control.fault({ on: 'request', method: 'POST', path: 'comments', effect: { kind: 'cut' } });
  await expect(comment('never')).rejects.toThrow();
  expect((await bodies()).slice(-2)).toEqual(['lost answer', 'cut answer']);
  await forge.control.idle();
  expect(delivered()).toEqual(['lost answer', 'cut answer']);
  const { requests } = await forge.control.log();
  expect(
    requests
      .filter((one) => one.fault !== undefined)
      .slice(-3)
      .map((one) => one.status),
  ).toEqual([502, 0, 0]);
});

test('a push can be applied and its answer lost', async () => {
  const clone = join(folder, 'clone');
  await gitAs(folder, token)('clone', '--quiet', repo.cloneUrl, clone);
  const git = gitAs(clone, token);
  await writeFile(join(clone, 'new.txt'), 'new\n');
  await git('add', '--all');
  await git('commit', '--quiet', '-m', 'new');
  await forge.control.fault({
    on: 'request',
    method: 'POST',
    path: 'git-receive-pack',
    effect: { kind: 'cut_after' },
  });
  await expect(git('push', 'origin', 'HEAD:refs/heads/lost')).rejects.toThrow();
  expect(await gitAs(repo.dir, '')('rev-parse', 'lost')).toBe(await git('rev-parse', 'HEAD'));
});

test('deliveries come twice, not at all, late and out of order', async () => {
  await forge.control.fault({
    on: 'delivery',
    event: 'issue_comment',
    effect: { kind: 'twice', id: 'same' },
  });
  await comment('same');
  await forge.control.idle();
  expect([delivered(), new Set(deliveryIds()).size]).toEqual([['same', 'same'], 1]);
  receiver.take();
  await forge.control.fault({ on: 'delivery', effect: { kind: 'twice', id: 'fresh' } });
  await comment('fresh');
  await forge.control.idle();
  expect([delivered(), new Set(deliveryIds()).size]).toEqual([['fresh', 'fresh'], 2]);
  receiver.take();
  await forge.control.fault({ on: 'delivery', effect: { kind: 'drop' } });
  await forge.control.fault({ on: 'delivery', effect: { kind: 'overtaken', by: 2 } });
  for (const body of ['dropped', 'overtaken', 'second', 'third']) await comment(body);
  await forge.control.idle();
  expect(delivered()).toEqual(['second', 'third', 'overtaken']);
  receiver.take();
  await forge.control.fault({ on: 'delivery', effect: { kind: 'delay', ms: 300 } });
  await comment('late');
  await comment('soon');
  await forge.control.idle();
  expect(delivered()).toEqual(['soon', 'late']);
});

test('a delivery is sent again, 100 times over 20 connections, each with an id of its own', async () => {
  await comment('again');
  await forge.control.idle();
  const { deliveries } = await forge.control.log();
  receiver.take();
  receiver.connections.clear();
  const id = deliveries.at(-1)?.id ?? '';
  expect(await forge.control.replay({ id, times: 100, connections: 20 })).toEqual({ '202': 100 });
  expect([receiver.connections.size, new Set(deliveryIds()).size, new Set(delivered()).size]).toEqual([
    20, 100, 1,
  ]);
});

test('a receiver that is down gets one try and no second one', async () => {
  const down = await startReceiver();
  await down.stop();
  const config = { url: `${down.url}/gone`, content_type: 'json' };
  await call('POST', '/api/v1/repos/owner/app/hooks', {
    type: 'gitea',
    active: true,
    events: ['issue_comment'],
    config,
  });
  await comment('to nobody');
  await forge.control.idle();
  const { deliveries } = await forge.control.log();
  expect(deliveries.filter((one) => one.url === config.url).map((one) => one.state)).toEqual(['failed']);
});

test('its pages escape what people write and run no scripts', async () => {
  const title = '<script>alert(1)</script> & "quotes"';
  const { body } = await call('POST', '/api/v1/repos/owner/app/issues', {
    title,
    body: '<img src=x onerror=alert(1)>',
  });
  const page = await fetch(`${forge.url}/owner/app/issues/${(body as { number: number }).number}`);
  const text = await page.text();
  expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp;');
  expect(text).not.toMatch(/<script|<img/);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('D17: its pages show Markdown as it is read, without marks, and the changes of a pull request', async () => {
  const body =
    '<!-- kugetsu:report task=T-1 v1 mac=0 -->\n**Done**: see `x`\n\n<details><summary>More</summary>\n\n- one\n\n</details>';
  const issue = (await call('POST', '/api/v1/repos/owner/app/issues', { title: 'Read me', body })).body;
  const read = async (path: string) => await (await fetch(`${forge.url}/owner/app/${path}`)).text();
  const shown = await read(`issues/${(issue as { number: number }).number}`);
  expect(shown).toContain('<strong>Done</strong>: see <code>x</code>');
  expect(shown).toContain('<details><summary>More</summary>');
  expect(shown).not.toContain('kugetsu:report');
});

test('the process ends when its standard input closes', async () => {
  const entry = fileURLToPath(new URL('../../../dist/practice/main.js', import.meta.url));
  const args = [entry, '--home', join(folder, 'other'), '--until-stdin-closes'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  expect(JSON.parse(line.toString())).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
  });
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});
