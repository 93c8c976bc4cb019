// Somebody pulls the plug in the middle of the work: one pull request and one final comment all the same.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';
import { kugetsuServing } from '../support/kugetsu-process.js';
import { until } from '../support/until.js';

const CONFIG = ['limits: { memoryPerAgentMb: 0 }'];
/** The first attempt tells its pid and waits; a later one finds the gate open. */
const work = (pid: string, gate: string) =>
  `/kugetsu start\nscripted: run echo $PPID >> ${pid}\nscripted: wait ${gate}\nscripted: write done.txt yes\nscripted: commit Finish it`;

test('an agent killed with SIGKILL is tried again and ends in one pull request', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const [pidFile, gate] = [join(k.home, 'pid'), join(k.home, 'gate')];
  const issue = await k.as('maintainer').openIssue('Survive a kill');
  await issue.comment(work(pidFile, gate));
  await k.world.idle();
  await k.stepUntil('the agent works', () => readable(pidFile) !== undefined);
  process.kill(Number(readable(pidFile)), 'SIGKILL');
  writeFileSync(gate, '');
  await k.settle();
  expect(await issue.report()).toMatch(/attempt 1 ended early, again in/);
  expect(await issue.finals()).toEqual([]);
  k.clock.advance(60_000);
  await k.settle();
  expect(await issue.pulls()).toHaveLength(1);
  expect(await issue.finals()).toHaveLength(1);
  expect(await issue.reports()).toHaveLength(1);
});

test('the server killed with SIGKILL mid-work goes on where it was and ends in one pull request', async () => {
  const k = await kugetsuServing(await giteaFace(), { config: CONFIG });
  const [pidFile, gate] = [join(k.home, 'pid'), join(k.home, 'gate')];
  const issue = await k.as('maintainer').openIssue('Survive a power cut');
  await issue.comment(work(pidFile, gate));
  await until('the agent works', () => readable(pidFile) !== undefined);
  const orphan = Number(readable(pidFile));
  await k.kill();
  writeFileSync(gate, '');
  await k.start();
  await until('the final comment', async () => (await issue.finals()).length > 0);
  expect(await issue.pulls()).toHaveLength(1);
  expect(await issue.finals()).toHaveLength(1);
  expect(await issue.reports()).toHaveLength(1);
  expect(commandOf(orphan)).not.toContain('scripted.js');
});

test('a task whose three attempts crash ends in exactly one final comment that says how to go on', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Always crashes');
  const comment = await issue.comment('/kugetsu start\nscripted: crash');
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await k.settle();
    k.clock.advance(10 * 60_000);
  }
  await k.settle();
  expect(await issue.finals()).toHaveLength(1);
  expect(await issue.final()).toMatch(/\*\*Failed\*\* \(the agent did not finish\)[\s\S]*\/kugetsu retry/);
  expect(await issue.reactions(comment.id)).toEqual(['confused', 'eyes']);
});

test('a forge that applies a comment and then breaks the answer gets no second one', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  await k.world.forge.control.fault({
    on: 'request',
    method: 'POST',
    path: '/issues/\\d+/comments$',
    user: 'kugetsu-bot',
    times: 2,
    effect: { kind: 'fail_after', status: 502 },
  });
  const issue = await k.as('maintainer').openIssue('Answers get lost');
  await issue.comment('/kugetsu start\nscripted: write a.txt a\nscripted: commit Add a');
  for (let round = 0; round < 4; round += 1) {
    await k.settle();
    k.clock.advance(60_000);
  }
  await k.settle();
  expect(await issue.reports()).toHaveLength(1);
  expect(await issue.finals()).toHaveLength(1);
  expect(await issue.pulls()).toHaveLength(1);
});

function readable(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Empty when the process is gone, or dead and not yet collected by its parent. */
function commandOf(pid: number): string {
  return readable(`/proc/${pid}/cmdline`) ?? '';
}
