// Many copies of one delivery, many issues at once: one task each, never more agents than the cap.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { giteaFace, githubFace } from '../support/faces.js';
import type { IssueHandle } from '../support/issue.js';
import { kugetsuOn } from '../support/kugetsu-on.js';
import { kugetsuServing } from '../support/kugetsu-process.js';
import { until } from '../support/until.js';

const COUNTED = '/kugetsu start\nscripted: run echo started >> "$TMPDIR/../STARTS"\nscripted: say done';

for (const face of [giteaFace, githubFace]) {
  test(`100 copies of a delivery over 20 connections are one task (${face.name})`, async () => {
    const k = await kugetsuOn(face, { config: ['limits: { memoryPerAgentMb: 0 }'] });
    const starts = join(k.home, 'starts');
    const issue = await k.as('maintainer').openIssue('Once is enough');
    await issue.comment(COUNTED.replace('$TMPDIR/../STARTS', starts));
    await k.world.idle();
    const { deliveries } = await k.world.forge.control.log();
    const original = deliveries.find((one) => one.event === 'issue_comment');
    const answers = await k.world.forge.control.replay({
      id: original?.id ?? '',
      idOfCopies: 'fresh',
      times: 100,
      connections: 20,
    });
    await k.settle();
    const reports = await issue.reports();
    const started = readFileSync(starts, 'utf8').trim().split('\n').length;
    const tasks = new Set(reports.map((body) => /task=(\S+)/.exec(body)?.[1])).size;
    process.stdout.write(
      `202: ${answers['202']}, tasks: ${tasks}, agents started: ${started}, reports at the forge: ${reports.length}\n`,
    );
    expect({ accepted: answers['202'], tasks, started, reports: reports.length }).toEqual({
      accepted: 100,
      tasks: 1,
      started: 1,
      reports: 1,
    });
    expect(await issue.finals()).toHaveLength(1);
  });
}

test('the same, with the server killed and started in between', async () => {
  const k = await kugetsuServing(await giteaFace(), { config: ['limits: { memoryPerAgentMb: 0 }'] });
  const { control } = k.world.forge;
  const starts = join(k.home, 'starts');
  const issue = await k.as('maintainer').openIssue('Once is enough');
  await issue.comment(COUNTED.replace('$TMPDIR/../STARTS', starts));
  await control.idle();
  const original = (await control.log()).deliveries.find((one) => one.event === 'issue_comment')?.id ?? '';
  const first = await control.replay({ id: original, idOfCopies: 'fresh', times: 50, connections: 20 });
  await k.kill();
  await k.start();
  const second = await control.replay({ id: original, idOfCopies: 'fresh', times: 50, connections: 20 });
  await until('the final comment', async () => (await issue.finals()).length > 0);
  await until('every copy is dealt with', () => k.log.join('').split('"result":"duplicate"').length > 50);
  expect((first['202'] ?? 0) + (second['202'] ?? 0)).toBe(100);
  expect(await issue.reports()).toHaveLength(1);
  expect(await issue.finals()).toHaveLength(1);
  // A kill in the middle of the run means another attempt of the same task, never a second task.
  expect(readFileSync(starts, 'utf8').trim().split('\n').length).toBeLessThanOrEqual(2);
});

/** Pids of scripted agents at work for this home. */
function agentsAlive(home: string): number {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isAgentOf(pid, home)).length;
}

function isAgentOf(pid: string, home: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return (
      command.includes('scripted.js') &&
      readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${home}/`)
    );
  } catch {
    return false;
  }
}

test('five issues with a cap of three: three agents alive, five pull requests in the end', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { agents: 3, memoryPerAgentMb: 0 }'] });
  const gate = join(k.home, 'gate');
  const issues: IssueHandle[] = [];
  for (let n = 1; n <= 5; n += 1) {
    const issue = await k.as('maintainer').openIssue(`Issue ${n}`);
    await issue.comment(
      `/kugetsu start\nscripted: wait ${gate}\nscripted: write file-${n}.txt x\nscripted: commit Add ${n}`,
    );
    issues.push(issue);
  }
  await k.world.idle();
  await k.stepUntil('three agents are alive', () => agentsAlive(k.home) === 3);
  await k.stepUntil('the others say what they wait for', async () => {
    const bodies = await Promise.all(issues.map((issue) => issue.report()));
    return bodies.filter((body) => body.includes('waits for a slot')).length === 2;
  });
  expect(agentsAlive(k.home)).toBe(3);
  writeFileSync(gate, '');
  await k.settle();
  const pulls = await Promise.all(issues.map((issue) => issue.pull()));
  expect(new Set(pulls.map((pull) => pull.number)).size).toBe(5);
  expect(agentsAlive(k.home)).toBe(0);
});
