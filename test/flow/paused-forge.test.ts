// A forge that refuses the token for a while, a repository that is archived for a while: everything waits, nothing is lost.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { giteaFace, githubFace } from '../support/faces.js';
import type { IssueHandle } from '../support/issue.js';
import { kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';
import { must } from '../support/world.js';

const MINUTE_MS = 60_000;
const BOT = 'kugetsu-bot';

for (const face of [giteaFace, githubFace]) {
  test(`A3: a token that is refused for half an hour destroys nothing (${face.name})`, async () => {
    const k = await kugetsuOn(face, { config: ['limits: { memoryPerAgentMb: 0, agents: 2 }'] });
    const { control } = k.world.forge;
    const two = [await working(k, 'one'), await working(k, 'two')];
    await control.fault({ on: 'request', user: BOT, times: 100_000, effect: { kind: 'fail', status: 401 } });
    letGo(k);
    // The permission that was asked for the first two is known for a minute.
    k.clock.advance(2 * MINUTE_MS);
    const third = await k.as('maintainer').openIssue('Third');
    await third.comment('/kugetsu start\nscripted: write three.txt 3\nscripted: commit Add three');
    await control.clearLog();
    await minutesPass(k, 25);
    const refused = (await control.log()).requests.filter((one) => one.status === 401);
    // What was under way when it began, then one question with growing pauses.
    expect(refused.length).toBeLessThan(30);
    expect(lines(k, 'forge.paused')).toHaveLength(1);
    expect(lines(k, 'forge.paused')[0]).toMatch(
      /"level":"error".*"since".*does not accept our token.*goes on by itself/,
    );
    expect(await third.reports()).toEqual([]);

    await control.clearFaults();
    await minutesPass(k, 10);
    for (const issue of [...two, third]) await isSaid(issue);
    expect(lines(k, 'forge.goes_on')).toHaveLength(1);
    expect(lines(k, 'given_up')).toEqual([]);
  });

  test(`A3: a command waits for a refused token also where the permission is known already (${face.name})`, async () => {
    const k = await kugetsuOn(face, { config: ['limits: { memoryPerAgentMb: 0 }'] });
    const issue = await k.as('maintainer').openIssue('Known already');
    await issue.comment('/kugetsu status');
    await k.settle();
    const { control } = k.world.forge;
    await control.fault({ on: 'request', user: BOT, times: 100_000, effect: { kind: 'fail', status: 401 } });
    await issue.comment('/kugetsu start\nscripted: write three.txt 3\nscripted: commit Add three');
    await k.settle();
    await control.clearFaults();
    await minutesPass(k, 10);
    await isSaid(issue);
    expect(await issue.replies()).toHaveLength(1);
  });

  test(`A3: a repository archived for twenty minutes destroys nothing (${face.name})`, async () => {
    const k = await kugetsuOn(face, { config: ['limits: { memoryPerAgentMb: 0, agents: 2 }'] });
    const two = [await working(k, 'one'), await working(k, 'two')];
    const third = await k.as('maintainer').openIssue('Third');
    await third.comment('/kugetsu start\nscripted: write three.txt 3\nscripted: commit Add three');
    await k.world.idle();
    await k.stepUntil('the third is queued', async () => /Queued/.test(await third.report()));
    await archive(k, true);
    await k.world.forge.control.clearLog();
    letGo(k);
    await minutesPass(k, 20);
    const { requests } = await k.world.forge.control.log();
    const refused = requests.filter((one) => one.user === BOT && [403, 423].includes(one.status));
    expect(refused.length).toBeLessThan(10);
    expect(lines(k, 'forge.paused')).toHaveLength(1);
    for (const issue of [...two, third]) expect(await issue.finals()).toEqual([]);

    await archive(k, false);
    await minutesPass(k, 10);
    for (const issue of [...two, third]) await isSaid(issue);
    expect(lines(k, 'forge.goes_on')).toHaveLength(1);
    expect(lines(k, 'given_up')).toEqual([]);
  });
}

test('B6: a forge that asks for a pause of 347 days is asked again after an hour', async () => {
  const k = await kugetsuOn(giteaFace);
  const effect = { kind: 'rate_limit', status: 403, retryAfterSeconds: 30_000_000 } as const;
  await k.world.forge.control.fault({ on: 'request', method: 'POST', path: '/comments$', user: BOT, effect });
  const issue = await k.as('maintainer').openIssue('In a hurry');
  await issue.comment('/kugetsu start\nscripted: say done');
  await k.settle();
  expect(await issue.reports()).toEqual([]);
  k.clock.advance(60 * MINUTE_MS);
  await k.settle();
  expect(await issue.report()).toContain('Done');
});

test('review: a forge that asks for a pause of no seconds is asked with growing pauses all the same', async () => {
  const k = await kugetsuOn(giteaFace);
  const { control } = k.world.forge;
  const effect = { kind: 'rate_limit', status: 429, retryAfterSeconds: 0 } as const;
  await control.fault({ on: 'request', method: 'POST', path: '/comments$', user: BOT, times: 1_000, effect });
  const issue = await k.as('maintainer').openIssue('No patience');
  await issue.comment('/kugetsu status');
  await k.world.idle();
  await k.stepUntil('it was refused', () => lines(k, 'outbox.retry').length > 0);
  for (let n = 0; n < 10; n += 1) {
    await k.app.step();
    await k.app.oneEnded();
  }
  expect(lines(k, 'outbox.retry')).toHaveLength(1);
});

/** An agent that works until the test lets it go. */
async function working(k: Kugetsu, name: string): Promise<IssueHandle> {
  const issue = await k.as('maintainer').openIssue(name);
  const begun = join(k.home, `begun-${name}`);
  await issue.comment(
    `/kugetsu start\nscripted: run touch ${begun}\nscripted: wait ${gate(k)}\nscripted: write ${name}.txt x\nscripted: commit Add ${name}`,
  );
  await k.world.idle();
  await k.stepUntil(
    `${name} works and says so`,
    async () => existsSync(begun) && /Working/.test(await issue.report()),
  );
  return issue;
}

const gate = (k: Kugetsu) => join(k.home, 'gate');
const letGo = (k: Kugetsu) => writeFileSync(gate(k), '');
const lines = (k: Kugetsu, what: string) => k.log.filter((line) => line.includes(what));

/** In steps shorter than the longest pause: nothing that comes due is jumped over for long. */
async function minutesPass(k: Kugetsu, count: number): Promise<void> {
  for (let n = 0; n < count; n += 2) {
    await k.settle();
    k.clock.advance(2 * MINUTE_MS);
  }
  await k.settle();
}

async function isSaid(issue: IssueHandle): Promise<void> {
  expect(await issue.report()).toMatch(/\*\*Done\*\*/);
  expect(await issue.reports()).toHaveLength(1);
  expect(await issue.finals()).toHaveLength(1);
  expect(await issue.pulls()).toHaveLength(1);
}

async function archive(k: Kugetsu, archived: boolean): Promise<void> {
  await must(k.world, 'admin', 'PATCH', `/repos/${k.world.repo}`, { archived });
}
