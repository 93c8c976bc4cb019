// What an attempt costs: a crash of anybody counts, waiting for the forge does not, and each way ends in one final comment.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';
import { kugetsuServing } from '../support/kugetsu-process.js';
import { until } from '../support/until.js';

const limits = (attempts: number) => [`limits: { memoryPerAgentMb: 0, attempts: ${attempts} }`];
const NO_FETCH = {
  on: 'request',
  path: 'git-upload-pack',
  times: 1_000,
  effect: { kind: 'fail', status: 503 },
} as const;

test('A9: a server that dies in every attempt ends the task with one final comment when the attempts are used up', async () => {
  const k = await kugetsuServing(await giteaFace(), { config: limits(2) });
  const issue = await k.as('maintainer').openIssue('Kills its server');
  const began = join(k.home, 'began');
  await issue.comment(`/kugetsu start\nscripted: run echo x >> ${began}\nscripted: hang`);
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    await until(`attempt ${attempt} works`, () => k.log.join('').split('"run.begin"').length > attempt);
    await k.kill();
    await k.start();
  }
  await until('the final comment', async () => (await issue.finals()).length > 0, 10_000);
  expect(await issue.final()).toMatch(
    /\*\*Failed\*\* \(the server failed, not the agent\)[\s\S]*The server ended during attempt 2 of 2/,
  );
  expect(await issue.finals()).toHaveLength(1);
  expect(k.log.join('').split('"run.begin"')).toHaveLength(3);
});

test('A9: waiting for the forge says since when and why, burns no attempt, and goes on when the forge is back', async () => {
  const k = await kugetsuOn(giteaFace, { config: limits(1) });
  await k.world.forge.control.fault(NO_FETCH);
  const issue = await k.as('maintainer').openIssue('No fetch today');
  await issue.comment('/kugetsu start\nscripted: write a.txt a\nscripted: commit Add a');
  await k.settle();
  expect(await issue.report()).toMatch(/waits for the forge since 20\S+Z, again in 10 s: `[^`]*503/);
  await issue.comment('/kugetsu status');
  await k.settle();
  expect((await issue.replies()).at(-1)).toMatch(/queued, waits for the forge since 20\S+Z, again in 10 s/);
  for (let round = 0; round < 4; round += 1) {
    k.clock.advance(5 * 60_000);
    await k.settle();
  }
  expect(await issue.report()).toMatch(/waits for the forge since 20\S+Z, again in 5 min/);
  expect(await issue.finals()).toEqual([]);
  await k.world.forge.control.clearFaults();
  k.clock.advance(5 * 60_000);
  await k.settle();
  expect(await issue.pulls()).toHaveLength(1);
  expect(await issue.finals()).toHaveLength(1);
});

test('A9: a forge that stays away for three days ends the wait with one final comment that gives the reason', async () => {
  const k = await kugetsuOn(giteaFace, { config: limits(3) });
  await k.world.forge.control.fault(NO_FETCH);
  const issue = await k.as('maintainer').openIssue('No fetch for days');
  await issue.comment('/kugetsu start\nscripted: write a.txt a\nscripted: commit Add a');
  await k.settle();
  k.clock.advance(3 * 24 * 60 * 60_000);
  await k.settle();
  expect(await issue.final()).toMatch(/Waited for the forge for 3 days: [\s\S]*503/);
  expect(await issue.finals()).toHaveLength(1);
});

test('first use 3: an attempt that ended early is told with its reason, in the report, by status and as a warning', async () => {
  const k = await kugetsuOn(giteaFace, { config: limits(2) });
  const issue = await k.as('maintainer').openIssue('Ends early');
  await issue.comment('/kugetsu start\nscripted: stderr no such compiler\nscripted: exit 3');
  await k.settle();
  const told = /attempt 1 ended early, again in 10 s: `[^`]*exit code 3[^`]*no such compiler/;
  expect(await issue.report()).toMatch(told);
  await issue.comment('/kugetsu queue');
  await k.settle();
  expect((await issue.replies()).at(-1)).toMatch(told);
  const ended = k.log.filter((line) => line.includes('"run.end"')).map((line) => JSON.parse(line) as object);
  expect(ended).toHaveLength(1);
  expect(JSON.stringify(ended[0])).toMatch(/warn|"level":40/);
  expect(ended[0]).toMatchObject({ why: expect.stringContaining('exit code 3') as string });
});

test('A6: a store that refuses the end of a run and works again later leaves no task running for ever', async () => {
  const k = await kugetsuOn(giteaFace, { config: limits(2) });
  const issue = await k.as('maintainer').openIssue('The disk was full for a while');
  const [begun, gate] = [join(k.home, 'begun'), join(k.home, 'gate')];
  await issue.comment(
    `/kugetsu start\nscripted: run touch ${begun}\nscripted: wait ${gate}\nscripted: write a.txt a\nscripted: commit Add a`,
  );
  await k.world.idle();
  await k.stepUntil('the agent works', () => existsSync(begun));
  const works = refuseEnds(join(k.home, 'kugetsu.db'));
  writeFileSync(gate, '');
  await k.stepUntil('the run is over and nothing of it is stored', () => {
    k.clock.advance(10_000);
    return k.log.join('').includes('run.not_put_back');
  });
  works();
  await k.settle();
  expect(await issue.report()).toMatch(/attempt 1 ended early/);
  k.clock.advance(60_000);
  await k.settle();
  expect(await issue.pulls()).toHaveLength(1);
  expect(await issue.finals()).toHaveLength(1);
});

test('A6: a finished turn is not worked again because the store refused its outcome for a while', async () => {
  const k = await kugetsuOn(giteaFace, { config: limits(2) });
  const issue = await k.as('maintainer').openIssue('The disk was full for a moment');
  const [begun, gate] = [join(k.home, 'begun'), join(k.home, 'gate')];
  await issue.comment(
    `/kugetsu start\nscripted: run touch ${begun}\nscripted: wait ${gate}\nscripted: write a.txt a\nscripted: commit Add a`,
  );
  await k.world.idle();
  await k.stepUntil('the agent works', () => existsSync(begun));
  const works = refuseEnds(join(k.home, 'kugetsu.db'));
  writeFileSync(gate, '');
  await k.stepUntil('the outcome was refused twice', () => {
    k.clock.advance(100);
    return k.log.join('').split('run.outcome_not_stored').length > 2;
  });
  works();
  k.clock.advance(10_000);
  await k.settle();
  expect(await issue.pulls()).toHaveLength(1);
  expect(await issue.final()).toContain('**Done**');
  expect(k.log.join('').split('"run.begin"')).toHaveLength(2);
});

test('review: a store that refuses to end deliveries for a moment costs the inbox one pause, not one for each issue', async () => {
  const k = await kugetsuOn(giteaFace, { config: limits(1) });
  const people = k.as('maintainer');
  const issues = [
    await people.openIssue('One'),
    await people.openIssue('Two'),
    await people.openIssue('Three'),
  ];
  await k.settle();
  const works = refuse(join(k.home, 'kugetsu.db'), ['deliveries']);
  for (const issue of issues) await issue.comment('/kugetsu status');
  await k.world.idle();
  await k.app.step().catch(() => undefined);
  await until('every lane has failed', () => k.app.underWay === 0);
  works();
  await expect(k.app.step()).rejects.toThrow('3 pieces of work ended with a fault');
  await k.settle();
  for (const issue of issues) expect(await issue.replies()).toHaveLength(1);
});

/** As a full disk does it: the database says no to what ends a run. Returns what makes it work again. */
function refuseEnds(file: string): () => void {
  return refuse(file, ['runs', 'tasks']);
}

function refuse(file: string, tables: readonly string[]): () => void {
  const db = new SQLite(file);
  onTestFinished(() => void db.close());
  for (const table of tables)
    db.exec(
      `create trigger full_${table} before update on ${table} begin select raise(abort, 'database or disk is full'); end`,
    );
  return () => tables.forEach((table) => void db.exec(`drop trigger full_${table}`));
}
