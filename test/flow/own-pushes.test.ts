// The session's branch at the forge: our own pushes are never somebody else's, whatever lies between a fetch, a push and its answer.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Fault } from '../../src/practice/faults.js';
import { giteaFace, githubFace } from '../support/faces.js';
import { kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';
import type { IssueHandle } from '../support/issue.js';

const CONFIG = ['limits: { memoryPerAgentMb: 0 }'];
const ANSWER_LOST = gitFault('receive-pack$', { kind: 'cut_after' }, 1, 'POST');

test('A1: the first turn is pushed and stored while the next turn fetches: one branch, one pull request', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Pushed during a fetch');
  await issue.comment(turn(k, 1, 'start'));
  await began(k, 1);
  await issue.comment(work(2, 'continue'));
  await k.world.idle();
  await k.app.step();
  await hold(k, 'push', 'receive-pack$', 'before');
  await hold(k, 'fetch', 'upload-pack$', 'before');
  open(k, 1);
  await k.stepUntil('both wait at the forge', async () => (await held(k)).join(' ') === 'fetch push');
  await k.world.forge.control.release('push');
  await k.stepUntil('the push is stored', async () => (await issue.pulls()).length === 1);
  expect(await held(k)).toEqual(['fetch']);
  await k.world.forge.control.release('fetch');
  await settleAll(k);
  await expectOneBranch(k, issue, 2);
});

test('A1: a push is at the forge, its answer lost, while the turn after the next is prepared: it is our own', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Prepared before the push is stored');
  await issue.comment(turn(k, 1, 'start'));
  await began(k, 1);
  await issue.comment(turn(k, 2, 'continue'));
  await k.world.idle();
  await k.app.step();
  await k.world.forge.control.fault(ANSWER_LOST);
  await k.world.forge.control.fault(gitFault('receive-pack$', { kind: 'fail', status: 503 }, 50, 'POST'));
  open(k, 1);
  await k.stepUntil('the push is applied', () => branches(k).length === 2);
  await began(k, 2);
  await issue.comment(turn(k, 3, 'continue'));
  await k.world.idle();
  await k.app.step();
  open(k, 2);
  await began(k, 3);
  expect(await issue.pulls()).toEqual([]);
  await k.world.forge.control.clearFaults();
  open(k, 3);
  await settleAll(k);
  await expectOneBranch(k, issue, 3);
});

for (const face of [giteaFace, githubFace]) {
  test(`A4: a push whose answer is lost is our own: no second branch, and the next turn goes on (${face.name})`, async () => {
    const k = await kugetsuOn(face, { config: CONFIG });
    const issue = await k.as('maintainer').openIssue('The answer is lost');
    await k.world.forge.control.fault(ANSWER_LOST);
    await issue.comment(work(1, 'start'));
    await settleAll(k);
    await expectOneBranch(k, issue, 1);
    await k.world.forge.control.fault(ANSWER_LOST);
    await issue.comment(work(2, 'continue'));
    await settleAll(k);
    await expectOneBranch(k, issue, 2);
  });
}

test('A4: the answer is lost and the next turn is prepared before the push is repeated', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('The answer is lost, and work goes on');
  await k.world.forge.control.fault(ANSWER_LOST);
  await issue.comment(work(1, 'start'));
  await k.world.idle();
  await k.stepUntil('it is at the forge', () => branches(k).length === 2);
  await issue.comment(work(2, 'continue'));
  await settleAll(k);
  await expectOneBranch(k, issue, 2);
});

test('A7: a branch that a person deleted is pushed anew, with all of the work', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('The branch goes');
  await issue.comment(work(1, 'start'));
  await settleAll(k);
  const old = await issue.pull();
  await deleteBranch(k, issue);
  await settleAll(k);
  await issue.comment(work(2, 'continue'));
  await settleAll(k);
  expect((await issue.finals()).join('\n')).not.toContain('Somebody else');
  expect(branches(k)).toEqual([`fix/issue-${issue.number}`, 'main']);
  expect(k.git('rev-list', '--count', `main..fix/issue-${issue.number}`)).toBe('2');
  const pulls = await issue.pulls();
  expect(pulls.filter((pull) => pull.state === 'open')).toHaveLength(1);
  expect(await issue.final()).toContain(`#${pulls.find((pull) => pull.state === 'open')?.number}`);
  expect(pulls.map((pull) => pull.number)).toContain(old.number);
});

test('A7: a branch deleted between the fetch and the push is pushed anew in the same turn', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('The branch goes meanwhile');
  await issue.comment(work(1, 'start'));
  await settleAll(k);
  await issue.comment(turn(k, 2, 'continue'));
  await began(k, 2);
  await k.world.forge.control.fault({ on: 'delivery', times: 20, effect: { kind: 'drop' } });
  await deleteBranch(k, issue);
  await k.world.idle();
  await k.world.forge.control.clearFaults();
  open(k, 2);
  await settleAll(k);
  expect(branches(k)).toEqual([`fix/issue-${issue.number}`, 'main']);
  expect(k.git('rev-list', '--count', `main..fix/issue-${issue.number}`)).toBe('2');
  expect((await issue.pulls()).filter((pull) => pull.state === 'open')).toHaveLength(1);
});

async function hold(k: Kugetsu, name: string, path: string, when: 'before' | 'after'): Promise<void> {
  await k.world.forge.control.fault(gitFault(path, { kind: 'held', name, when }, 1, 'POST'));
}

async function held(k: Kugetsu): Promise<string[]> {
  return (await k.world.forge.control.held()).sort();
}

function gitFault(
  path: string,
  effect: Extract<Fault, { on: 'request' }>['effect'],
  times: number,
  method?: string,
): Fault {
  return {
    on: 'request',
    path: `git-${path}`,
    times,
    effect,
    ...(method !== undefined && { method }),
  };
}

function work(n: number, verb: 'start' | 'continue'): string {
  return `/kugetsu ${verb}\nscripted: write ${n}.txt ${n}\nscripted: commit Turn ${n}`;
}

/** Works, tells that it waits, and ends when its gate is open. */
function turn(k: Kugetsu, n: number, verb: 'start' | 'continue'): string {
  const gate = join(k.home, `gate-${n}`);
  return `${work(n, verb)}\nscripted: run touch ${join(k.home, `began-${n}`)}\nscripted: wait ${gate}`;
}

async function began(k: Kugetsu, n: number): Promise<void> {
  await k.world.idle();
  await k.stepUntil(`turn ${n} runs`, () => existsSync(join(k.home, `began-${n}`)));
}

function open(k: Kugetsu, n: number): void {
  writeFileSync(join(k.home, `gate-${n}`), '');
}

test('review: merged, and its branch deleted, between the push and the look for the pull request: the work has arrived', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const { control } = k.world.forge;
  const issue = await k.as('maintainer').openIssue('Merged in a hurry');
  await issue.comment(work(1, 'start'));
  await settleAll(k);
  const { number } = await issue.pull();
  const effect = { kind: 'held', name: 'look', when: 'before' } as const;
  await control.fault({ on: 'request', user: 'kugetsu-bot', method: 'GET', path: '/pulls\\?', effect });
  await issue.comment(work(2, 'continue'));
  await k.world.idle();
  await k.stepUntil('the look waits', async () => (await held(k)).length > 0);
  await k.as('maintainer').merge(number);
  await control.release('look');
  await settleAll(k);
  expect(await issue.final()).toContain(`**Done**: the pull request #${number} is merged`);
  expect(await issue.finals()).toHaveLength(2);
  expect(k.git('ls-tree', '-r', '--name-only', 'main')).toContain('2.txt');
});

/** Until retries that wait for their time are through as well. */
async function settleAll(k: Kugetsu): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    await k.settle();
    k.clock.advance(30_000);
  }
  await k.settle();
}

function branches(k: Kugetsu): string[] {
  return k.git('for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/').split('\n');
}

async function expectOneBranch(k: Kugetsu, issue: IssueHandle, turns: number): Promise<void> {
  const finals = (await issue.finals()).join('\n');
  expect(finals).not.toContain('Somebody else');
  expect(finals).not.toContain('**Failed**');
  expect(branches(k)).toEqual([`fix/issue-${issue.number}`, 'main']);
  expect(k.git('rev-list', '--count', `main..fix/issue-${issue.number}`)).toBe(String(turns));
  expect(await issue.pulls()).toHaveLength(1);
}

async function deleteBranch(k: Kugetsu, issue: IssueHandle): Promise<void> {
  const answer = await k.world.forge.as(k.world.tokenOf('admin'))(
    'DELETE',
    `/api/v1/repos/${k.world.repo}/branches/${encodeURIComponent(`fix/issue-${issue.number}`)}`,
  );
  if (answer.status !== 204) throw new Error(`the branch was not deleted: ${JSON.stringify(answer)}`);
}
