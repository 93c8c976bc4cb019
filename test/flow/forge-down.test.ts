// A forge that is down when kugetsu starts: it is asked little, and what ended meanwhile is found once it is back.
import { expect, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';

const MINUTE_MS = 60_000;
const BOT = 'kugetsu-bot';
const SESSIONS = 10;

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
    expect.stringMatching(/"level":"warn".*"forge":"work","sessions":10.*catch_up\.waits/),
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
