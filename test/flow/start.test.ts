// A start does not grow with the database or the open pull requests: the door opens first, the rest comes beside the work.
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';
import { until } from '../support/until.js';
import { fill } from '../support/years.js';

const CONFIG = ['limits: { memoryPerAgentMb: 0 }'];
/** Longer than a story may take: whoever waits for it fails. */
const NEVER_MS = 110_000;

test('B4: a command is answered while the forge is still silent about the open pull requests', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('With a pull request');
  await issue.comment('/kugetsu start\nscripted: write a.txt a\nscripted: commit Add a');
  await k.settle();
  await k.world.forge.control.fault({
    on: 'request',
    method: 'GET',
    path: '/pulls/\\d+$',
    user: 'kugetsu-bot',
    times: 100,
    effect: { kind: 'slow', ms: NEVER_MS },
  });
  await k.restart();
  // Asked before the door opens, it would have given up on that question by now.
  expect(k.log.filter((line) => line.includes('catch_up'))).toEqual([]);
  k.app.start();
  const other = await k.as('maintainer').openIssue('Without one');
  await other.comment('/kugetsu help');
  await until('the answer', async () => (await other.replies()).length > 0);
  const readiness = await fetch(`${k.app.url}/readyz`);
  expect([readiness.status, await readiness.text()]).toEqual([200, 'ready\n']);
});

test('B4: a damaged page is found after an unclean end, beside the work, and told with what to do', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const file = join(k.home, 'kugetsu.db');
  await k.app.stop();
  fill(file, { tasks: 30_000, deliveries: 30_000, sessions: 1_000 });
  damage(file, 2_000);
  // What a killed server leaves behind; an empty log is a log.
  writeFileSync(`${file}-wal`, Buffer.alloc(64));
  await k.restart();
  const ready = async () => await (await fetch(`${k.app.url}/readyz`)).text();
  await until('it is found', async () => (await ready()).startsWith('not ready'));
  expect(await ready()).toMatch(/kugetsu\.db is damaged .*put a backup .*in its place/);
  expect(k.log.join('')).toContain('"store.damaged"');
  expect((await fetch(`${k.app.url}/healthz`)).status).toBe(200);
  const answer = await fetch(`${k.app.url}/webhooks/work`, { method: 'POST' });
  expect(answer.status).toBe(415);
});

test('B4: after a clean end nothing is looked over', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  await k.app.stop();
  fill(join(k.home, 'kugetsu.db'), { tasks: 30_000, deliveries: 30_000, sessions: 1_000 });
  await k.restart();
  expect(k.log.join('')).not.toContain('store.looked_over');
});

function damage(file: string, page: number): void {
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
  closeSync(fd);
}
