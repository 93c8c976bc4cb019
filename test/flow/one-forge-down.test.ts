// One forge is down while another works: it costs the other one nothing, is asked little, and goes on by itself.
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { giteaFace, type PracticeWorld } from '../support/faces.js';
import { person } from '../support/issue.js';
import { kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';
import { until } from '../support/until.js';

const MINUTE_MS = 60_000;
const BOT = 'kugetsu-bot';
const MANY = 100;
const QUICK = ['limits: { memoryPerAgentMb: 0 }'];

test('a forge that connects and never answers: with 100 deliveries of each, the other one needs not a step more', async () => {
  const { k, beside, end } = await twoForges();
  await askMany(k.world, MANY);
  const alone = await stepsUntilAnswered(k, MANY);
  await hang(beside);
  await askMany(beside, MANY);
  await askMany(k.world, MANY);
  expect(await stepsUntilAnswered(k, MANY)).toEqual(alone);
  expect(k.app.underWayAt('other')).toBeGreaterThan(0);
  await end();
}, 120_000);

test('words that hang at one forge take nothing of what another one may say in a step', async () => {
  const { k, beside, end } = await twoForges();
  const worlds = [beside, k.world];
  await owe(k, [k.world], 40);
  const alone = await stepsUntilSaid(k, 40);
  await owe(k, worlds, 40);
  await hang(beside, { method: 'POST', path: '/comments' });
  expect(await stepsUntilSaid(k, 40)).toBe(alone);
  expect(k.app.underWayAt('other')).toBeGreaterThan(0);
  await end();
}, 120_000);

test('a forge that fails again and again is paused, asked one question at a time, and goes on by itself', async () => {
  const { k, beside, end } = await twoForges();
  await k.settle();
  const { control } = beside.forge;
  await control.fault({ on: 'request', user: BOT, times: 100_000, effect: { kind: 'fail', status: 503 } });
  await askMany(beside, 4);
  await k.settle();
  expect(lines(k, 'forge.paused')).toEqual([
    expect.stringMatching(
      /"forge":"other".*"because":"unavailable","since":"20.*","until":"20.*"next":".*goes on by itself/,
    ),
  ]);
  expect(await readyz(k)).toContain('other: everything for it waits');
  await control.clearLog();
  await askMany(beside, 12);
  for (let n = 0; n < 3; n += 1) {
    k.clock.advance(2 * MINUTE_MS);
    await k.settle();
  }
  // Of what waits nothing is tried meanwhile; the one question is a read, which is sent three times.
  const asked = (await control.log()).requests.filter(({ user }) => user === BOT);
  expect(asked.filter(({ path }) => !/\/repositories\/\d+$/.test(path))).toEqual([]);
  expect(asked.length).toBeLessThanOrEqual(3 * 3);
  expect(lines(k, 'forge.paused')).toHaveLength(1);

  await control.clearFaults();
  for (let n = 0; n < 3; n += 1) {
    k.clock.advance(5 * MINUTE_MS);
    await k.settle();
  }
  expect(lines(k, 'forge.goes_on')).toHaveLength(1);
  expect(await readyz(k)).toBe('ready\n');
  expect(doneAt(k, 'other')).toBe(4 + 12);
  expect(lines(k, 'given_up')).toEqual([]);
  await end();
});

test('one place of a forge that always fails is no reason to pause it', async () => {
  const k = await kugetsuOn(giteaFace, { config: QUICK });
  const { control } = k.world.forge;
  const effect = { kind: 'fail', status: 500 } as const;
  await control.fault({ on: 'request', method: 'POST', path: '/comments', times: 100_000, effect });
  await askMany(k.world, 5);
  for (let n = 0; n < 5; n += 1) {
    await k.settle();
    k.clock.advance(MINUTE_MS);
  }
  expect(lines(k, 'outbox.retry').length).toBeGreaterThan(10);
  expect(lines(k, 'forge.paused')).toEqual([]);
});

test('an order that cannot be read is given up once, with its reason, and holds back nothing', async () => {
  const k = await kugetsuOn(giteaFace, { config: QUICK });
  const issue = await k.as('maintainer').openIssue('Broken', '/kugetsu status');
  await k.world.idle();
  const db = new SQLite(join(k.home, 'kugetsu.db'));
  const add = db.prepare(
    `insert into outbox (issue_key, destination, kind, payload, unique_key, run_at, created_at)
     select issue_key, 'forge:work', ?, ?, 'broken ' || ?, 1, 1 from
       (select 'work:' || id || '#${issue.number}' as issue_key from repos limit 1)`,
  );
  await k.stepUntil('the repository is known', () => db.prepare('select 1 from repos').get() !== undefined);
  add.run('reply', '{"body":7}', 1);
  add.run('dance', '{}', 2);
  await issue.comment('/kugetsu status');
  await k.settle();
  db.close();
  expect(await issue.replies()).toHaveLength(2);
  const told = lines(k, 'outbox.given_up');
  expect(told).toHaveLength(2);
  expect(told.join('')).toMatch(/"kind":"reply".*"destination":"forge:work".*subject.*"kind":"dance"/s);
});

async function twoForges() {
  const beside = await giteaFace();
  const k = await kugetsuOn(giteaFace, { config: QUICK, beside });
  async function end(): Promise<void> {
    await beside.forge.control.clearFaults();
    await beside.close();
  }
  return { k, beside, end };
}

async function askMany(world: PracticeWorld, count: number): Promise<void> {
  const maintainer = person(world, 'maintainer');
  for (let n = 0; n < count; n += 1) await maintainer.openIssue(`Issue ${n}`, '/kugetsu status');
  await world.idle();
}

/**
 * In how many steps all are decided, and how many are answered in each step after that but the last. What a step began for the
 * living forge is over before the next one. How much of the first step is said within it depends on the machine.
 */
async function stepsUntilAnswered(k: Kugetsu, asked: number): Promise<unknown> {
  const before = { decided: doneAt(k, 'work'), answered: await repliesAt(k.world) };
  const answered: number[] = [];
  let decidedIn = 0;
  do {
    await k.app.step();
    await until('the living forge is at rest', () => k.app.underWayAt('work') === 0);
    answered.push((await repliesAt(k.world)) - before.answered);
    if (decidedIn === 0 && doneAt(k, 'work') - before.decided === asked) decidedIn = answered.length;
  } while (answered.length < 500 && answered.at(-1) !== asked);
  const each = answered.slice(decidedIn).map((sum, n) => sum - (answered[decidedIn + n - 1] ?? 0));
  return { decidedIn, each: new Set(each.slice(0, -1)) };
}

/** Answers that could not be said when they were decided: all of them are due at once, one forge's before the other's. */
async function owe(k: Kugetsu, worlds: readonly PracticeWorld[], count: number): Promise<void> {
  const effect = { kind: 'fail', status: 500 } as const;
  for (const { forge } of worlds)
    await forge.control.fault({ on: 'request', method: 'POST', path: '/comments', times: 100_000, effect });
  for (const world of worlds) {
    await askMany(world, count);
    await k.settle();
  }
  for (const { forge } of worlds) await forge.control.clearFaults();
  k.clock.advance(MINUTE_MS);
}

async function stepsUntilSaid(k: Kugetsu, owed: number): Promise<number> {
  const before = await repliesAt(k.world);
  for (let steps = 1; steps < 500; steps += 1) {
    await k.app.step();
    await until('the living forge is at rest', () => k.app.underWayAt('work') === 0);
    if ((await repliesAt(k.world)) - before === owed) return steps;
  }
  throw new Error('not said in 500 steps');
}

async function repliesAt(world: PracticeWorld): Promise<number> {
  const { requests } = await world.forge.control.log();
  return requests.filter(
    ({ method, path, status }) => method === 'POST' && path.endsWith('/comments') && status === 201,
  ).length;
}

async function hang(world: PracticeWorld, on: { method?: string; path?: string } = {}): Promise<void> {
  await world.forge.control.fault({
    on: 'request',
    user: BOT,
    times: 100_000,
    effect: { kind: 'hang' },
    ...on,
  });
}

const lines = (k: Kugetsu, what: string) => k.log.filter((line) => line.includes(what));
const doneAt = (k: Kugetsu, forge: string) =>
  lines(k, '"command.done"').filter((line) => line.includes(`"forge":"${forge}"`)).length;
const readyz = async (k: Kugetsu) => await (await fetch(`${k.app.url}/readyz`)).text();
