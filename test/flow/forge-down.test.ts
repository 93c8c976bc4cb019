// A forge that is down when kugetsu starts: it is asked little, and what ended meanwhile is found once it is back.
import { expect, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';

const MINUTE_MS = 60_000;
const BOT = 'kugetsu-bot';
const SESSIONS = 5;

test('F13: a forge that is down at the start is asked once, not once per session; later all merges are found', async () => {
  const k = await kugetsuOn(giteaFace, {
    config: ['limits: { memoryPerAgentMb: 0, agents: 4, perRepo: 4 }'],
  });
  const { control } = k.world.forge;
  const maintainer = k.as('maintainer');
  for (let n = 1; n <= SESSIONS; n += 1) {
    const issue = await maintainer.openIssue(`Number ${n}`);
    await issue.comment(`/kugetsu start\nscripted: write ${n}.txt x\nscripted: commit Add ${n}`);
  }
  await k.settle();
  expect(k.worktrees()).toHaveLength(SESSIONS);
  await control.fault({ on: 'delivery', times: 1_000, effect: { kind: 'drop' } });
  for (let number = SESSIONS + 1; number <= 2 * SESSIONS; number += 1) await maintainer.merge(number);
  await k.world.idle();

  await control.clearFaults();
  await control.fault({ on: 'request', user: BOT, times: 100_000, effect: { kind: 'fail', status: 503 } });
  await control.clearLog();
  await k.restart();
  await k.settle();
  // A read is sent three times; who we are and the catch-up ask one question.
  expect((await control.log()).requests.filter((one) => one.user === BOT).length).toBeLessThanOrEqual(6);
  expect(k.log.filter((line) => line.includes('catch_up'))).toEqual([
    expect.stringMatching(/"level":"warn".*"forge":"work","sessions":5.*catch_up\.waits/),
  ]);
  for (let n = 0; n < 3; n += 1) {
    k.clock.advance(MINUTE_MS);
    await k.settle();
  }
  expect((await control.log()).requests.filter((one) => one.user === BOT).length).toBeLessThanOrEqual(
    6 + 3 * 3,
  );
  expect(k.worktrees()).toHaveLength(SESSIONS);

  await control.clearFaults();
  k.clock.advance(5 * MINUTE_MS);
  await k.settle();
  expect(k.log.filter((line) => line.includes('catch_up.pull_ended'))).toHaveLength(SESSIONS);
  expect(k.worktrees()).toEqual([]);
  await control.clearLog();
  k.clock.advance(60 * MINUTE_MS);
  await k.settle();
  expect((await control.log()).requests.filter((one) => /\/pulls\//.test(one.path))).toEqual([]);
});

test('review: two failed tries are no three days of trying, though the machine slept for four', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 0 }'] });
  const { control } = k.world.forge;
  const maintainer = k.as('maintainer');
  const [unread, unsaid] = [await maintainer.openIssue('Not read'), await maintainer.openIssue('Not said')];
  const failing = { on: 'request', user: BOT, times: 1_000 } as const;
  const effect = { kind: 'fail', status: 503 } as const;
  await control.fault({ ...failing, path: `/issues/${unread.number}$`, effect });
  await control.fault({ ...failing, method: 'POST', path: `/issues/${unsaid.number}/comments$`, effect });
  await unread.comment('/kugetsu start\nscripted: write a.txt a\nscripted: commit Add a');
  await unsaid.comment('/kugetsu status');
  await k.settle();
  k.clock.advance(4 * 24 * 60 * MINUTE_MS);
  await k.settle();
  await control.clearFaults();
  k.clock.advance(10 * MINUTE_MS);
  await k.settle();
  expect(await unread.pulls()).toHaveLength(1);
  expect(await unread.finals()).toHaveLength(1);
  expect(await unsaid.replies()).toHaveLength(1);
  expect(k.log.filter((line) => line.includes('given_up'))).toEqual([]);
});

test('review: commands of one issue keep their order over a restart, though the first of them waits for its next try', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 0 }'] });
  const { control } = k.world.forge;
  const issue = await k.as('maintainer').openIssue('In order');
  const path = `/issues/${issue.number}$`;
  await control.fault({
    on: 'request',
    user: BOT,
    path,
    times: 1_000,
    effect: { kind: 'fail', status: 500 },
  });
  await issue.comment('/kugetsu start\nscripted: hang');
  await k.settle();
  await k.restart();
  await control.clearFaults();
  await issue.comment('/kugetsu stop');
  await k.settle();
  expect(await issue.replies()).toEqual([]);
  k.clock.advance(10 * MINUTE_MS);
  await k.world.idle();
  await k.stepUntil('the end', async () => (await issue.finals()).length > 0);
  expect(await issue.report()).toContain('**Stopped**');
  expect(await issue.replies()).toEqual([]);
});
