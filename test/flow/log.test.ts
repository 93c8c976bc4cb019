// The log of one issue can be followed: true results, and the same fields on the lines of deliveries, commands, tasks and orders.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';

const text = expect.any(String) as string;

test('first-use 12: deliveries and runs name the issue and who acted', async () => {
  const k = await kugetsuOn(giteaFace);
  const issue = await k.as('maintainer').openIssue('Follow me');
  await issue.comment('/kugetsu start');
  await k.settle();
  const ours = { forge: 'work', issue: `work:acme/api#${issue.number}`, actor: 'maintainer' };
  const done = linesOf(k, 'delivery.done').filter(({ kind }) => kind === 'comment.created');
  expect(done).toContainEqual(expect.objectContaining({ ...ours, result: 'handled' }));
  for (const name of ['run.begin', 'run.end']) {
    const run = { ...ours, verb: 'start', task: text, session: text, run: text };
    expect(linesOf(k, name)).toContainEqual(expect.objectContaining(run));
  }
});

test('first-use 12: each command is one line with its true result and its task; a stop says which task it ended', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 0 }'] });
  const issue = await k.as('maintainer').openIssue('What became of it');
  const begun = join(k.home, 'begun');
  await issue.comment(`/kugetsu start\nscripted: run touch ${begun}\nscripted: hang`);
  await k.world.idle();
  await k.stepUntil('the agent works', () => existsSync(begun));
  for (const [n, command] of ['status', 'stop', 'stop', 'set-pr nonsense', 'strat'].entries()) {
    await issue.comment(`/kugetsu ${command}`);
    await k.world.idle();
    await k.stepUntil(`${command} is carried out`, () => linesOf(k, 'command.done').length === n + 2);
  }
  await k.settle();
  const ours = { forge: 'work', issue: `work:acme/api#${issue.number}`, actor: 'maintainer' };
  const [begin] = linesOf(k, 'run.begin');
  const task = { task: begin?.['task'], session: begin?.['session'] };
  const commands = linesOf(k, 'command.done');
  expect(commands.map(({ verb, result }) => `${String(verb)}: ${String(result)}`)).toEqual([
    'start: queued',
    'status: answered',
    'stop: stopped',
    'stop: nothing',
    'set-pr: refused',
    'strat: refused',
  ]);
  for (const line of commands) expect(line).toMatchObject({ ...ours, delivery: text });
  expect(commands[0]).toMatchObject(task);
  expect(commands[2]).toMatchObject(task);
  expect(linesOf(k, 'task.stopped')).toEqual([
    expect.objectContaining({ ...ours, ...task, verb: 'start', by: 'maintainer', delivery: text }),
  ]);
  const answered = linesOf(k, 'delivery.done').find(({ note }) => note === 'status: answered');
  expect(answered).toMatchObject({ result: 'handled' });
  expect(k.log.join('')).not.toContain("kugetsu's own");
});

test('first-use 12: an order that the forge does not take names its issue and task as people write them', async () => {
  const k = await kugetsuOn(giteaFace);
  const issue = await k.as('maintainer').openIssue('Hard to tell');
  await issue.comment('/kugetsu start');
  await k.world.forge.control.fault({
    on: 'request',
    method: 'POST',
    path: 'issues/\\d+/comments',
    times: 1_000,
    effect: { kind: 'fail', status: 500 },
  });
  await k.world.idle();
  await k.stepUntil('the order is put off', () => linesOf(k, 'outbox.retry').length > 0);
  expect(linesOf(k, 'outbox.retry')[0]).toMatchObject({
    forge: 'work',
    issue: `work:acme/api#${issue.number}`,
    actor: 'maintainer',
    verb: 'start',
    task: text,
    session: text,
    why: text,
  });
});

function linesOf(k: Kugetsu, event: string): Record<string, unknown>[] {
  return k.log
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['event'] === event);
}
