// One thing that never answers: a push, the reactions, a whole forge. Whatever else there is to say is said meanwhile.
import { expect, test } from 'vitest';
import { giteaFace, type PracticeWorld } from '../support/faces.js';
import { person, type IssueHandle } from '../support/issue.js';
import { HOOK_SECRET, kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';

const QUICK = ['limits: { memoryPerAgentMb: 0 }'];
const WORK = '/kugetsu start\nscripted: write a.txt a\nscripted: commit Add a';

test('B3: while pushes hang, another issue gets its report and its pull request; all of them hanging hold back no word', async () => {
  const k = await kugetsuOn(giteaFace, { config: QUICK });
  const web = await secondRepo(k);
  await hang(k.world, { path: '/acme/api\\.git/.*receive-pack' });
  const stuck = [await pushHangs(k, 1)];
  const other = await person(web, 'maintainer').openIssue('Another repository');
  await other.comment(WORK);
  await k.world.idle();
  await k.stepUntil('the other one is done', async () => /\*\*Done\*\*/.test(await other.report()));
  expect(await other.finals()).toHaveLength(1);
  // More than may be under way at once, as many as words may be.
  for (const n of [2, 3, 4]) stuck.push(await pushHangs(k, n));
  await other.comment('/kugetsu status');
  await k.world.idle();
  await k.stepUntil('the status is told', async () => (await other.replies()).length > 0);
  for (const issue of stuck) expect(await issue.pulls()).toEqual([]);
  await k.world.forge.control.clearFaults();
  await k.settle();
  for (const issue of stuck) expect(await issue.pulls()).toHaveLength(1);
});

test('B3: reactions that hang hold back nothing', async () => {
  const k = await kugetsuOn(giteaFace, { config: QUICK });
  await hang(k.world, { path: '/reactions' });
  const issue = await k.as('maintainer').openIssue('No thumbs');
  await issue.comment(WORK);
  await k.world.idle();
  await k.stepUntil('the report is there', async () => (await issue.reports()).length > 0);
  // A reaction that hangs is given up after its request's own bound: nothing waited for that.
  expect(k.log.filter((line) => line.includes('outbox.retry'))).toEqual([]);
  await k.stepUntil('all is said', async () => /\*\*Done\*\*/.test(await issue.report()));
  expect(await issue.pulls()).toHaveLength(1);
  expect(await issue.finals()).toHaveLength(1);
  await k.world.forge.control.clearFaults();
  await k.settle();
});

test('B3: reactions that always fail are given up after some tries, without harm', async () => {
  const k = await kugetsuOn(giteaFace, { config: QUICK });
  const effect = { kind: 'fail', status: 500 } as const;
  const { control } = k.world.forge;
  await control.fault({ on: 'request', method: 'POST', path: '/reactions', times: 1_000, effect });
  const issue = await k.as('maintainer').openIssue('No thumbs');
  await issue.comment(WORK);
  for (let minute = 0; minute < 20; minute += 1) {
    await k.settle();
    k.clock.advance(60_000);
  }
  expect(await issue.report()).toMatch(/\*\*Done\*\*/);
  const tries = (await control.log()).requests.filter((one) => one.path.includes('/reactions'));
  expect(tries.length).toBeLessThanOrEqual(2 * 8);
});

test('B3: a forge that never answers holds back neither the inbox nor the outbox of another one', async () => {
  const beside = await giteaFace();
  const k = await kugetsuOn(giteaFace, { config: QUICK, beside });
  try {
    // Many words first: more than a batch of them.
    await hang(beside, { path: '/(comments|reactions)', method: 'POST' });
    for (let n = 0; n < 12; n += 1)
      await person(beside, 'maintainer').openIssue(`Spoken ${n}`, '/kugetsu status');
    await beside.idle();
    await k.stepUntil('words to it hang', () => k.app.underWay >= 4);
    await wholeStory(k, 'while words hang');
    // Then every question, so that its deliveries hang as well.
    await hang(beside, { user: 'kugetsu-bot' });
    k.clock.advance(2 * 60_000);
    for (let n = 0; n < 12; n += 1)
      await person(beside, 'maintainer').openIssue(`Asked ${n}`, '/kugetsu status');
    await beside.idle();
    await k.app.step();
    await wholeStory(k, 'while questions hang');
    expect(k.app.underWay).toBeGreaterThan(4);
  } finally {
    await beside.forge.control.clearFaults();
    await k.settle();
    await beside.close();
  }
});

async function pushHangs(k: Kugetsu, n: number): Promise<IssueHandle> {
  const ended = () => k.log.filter((line) => line.includes('"run.end"')).length;
  const before = ended();
  const issue = await k.as('maintainer').openIssue(`Push ${n} hangs`);
  await issue.comment(WORK);
  await k.world.idle();
  await k.stepUntil(`push ${n} hangs`, () => ended() > before && k.app.activeRuns === 0);
  return issue;
}

async function wholeStory(k: Kugetsu, title: string): Promise<void> {
  const issue = await k.as('maintainer').openIssue(title);
  await issue.comment(WORK);
  await k.world.idle();
  await k.stepUntil(`${title}: all is said`, async () => /\*\*Done\*\*/.test(await issue.report()));
  expect(await issue.finals()).toHaveLength(1);
  expect(await issue.pulls()).toHaveLength(1);
}

async function hang(
  world: PracticeWorld,
  on: { path?: string; method?: string; user?: string },
): Promise<void> {
  await world.forge.control.fault({ on: 'request', times: 1_000, effect: { kind: 'hang' }, ...on });
}

/** `acme/web` beside `acme/api`, with the hook. */
async function secondRepo(k: Kugetsu): Promise<PracticeWorld> {
  const { world } = k;
  const collaborators = { maintainer: 'write', 'kugetsu-bot': 'admin' } as const;
  const repo = await world.forge.control.createRepo({ owner: 'acme', name: 'web', collaborators });
  const api = world.kind === 'gitea' ? '/api/v1' : '/api/v3';
  const config = { url: `${k.app.url}/webhooks/work`, content_type: 'json', secret: HOOK_SECRET };
  const hook = {
    type: 'gitea',
    name: 'web',
    config,
    events: ['issues', 'issue_comment', 'pull_request'],
    active: true,
  };
  const answer = await world.forge.as(world.botToken)('POST', `${api}/repos/acme/web/hooks`, hook);
  expect(answer.status).toBe(201);
  return { ...world, repo: repo.path, gitDir: repo.dir };
}
