// What the agent is told: what stood there when the command was given, by people who may write there.
import { expect, test } from 'vitest';
import { giteaFace, githubFace } from '../support/faces.js';
import { kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';
import { must } from '../support/world.js';
import { until } from '../support/until.js';

const KEEP = 'scripted: prompt told.txt\nscripted: commit Told';

for (const face of [giteaFace, githubFace]) {
  test(`C4: after a comment nothing that came or was edited later is told, nor what strangers say (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('stranger').openIssue('Told', 'the first body');
    await issue.as('maintainer').comment('known to the team');
    const calm = await issue.as('maintainer').comment('CALM words');
    for (const words of ['EARLY stranger one', 'EARLY stranger two']) await issue.comment(words);
    await nextSecond();
    await issue.as('maintainer').comment(`/kugetsu start\n${KEEP}`);
    await issue.as('admin').comment('LATE but of the same second');
    await editBody(k, issue.number, 'a body EDITED later');
    await nextSecond();
    await issue.as('maintainer').edit(calm.id, 'EDITED words');
    await issue.comment('LATE stranger');
    await k.world.forge.control.clearLog();
    await k.settle();
    const told = k.show(`fix/issue-${issue.number}:told.txt`);
    expect(told).toContain('the first body');
    expect(told).toContain('known to the team');
    expect(told).not.toMatch(/EDITED|CALM|LATE|EARLY/);
    expect(told).toContain('5 comments or reviews were left out');
    expect(await issue.report()).toMatch(/snapshot `[0-9a-f]{12}`, 5 later or strangers' texts left out/);
    expect(await permissionQuestions(k, 'stranger')).toBe(1);
  });

  test(`C4: after a label nothing is told that came later (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('stranger').openIssue('Labelled', `the first body\n${KEEP}`);
    await issue.as('maintainer').comment('known to the team');
    await issue.as('maintainer').label('kugetsu');
    await issue.as('admin').comment('LATE but of the same second');
    await editBody(k, issue.number, `a body EDITED later\n${KEEP}`);
    await k.settle();
    const told = k.show(`fix/issue-${issue.number}:told.txt`);
    expect(told).toContain('the first body');
    expect(told).toContain('known to the team');
    expect(told).not.toMatch(/EDITED|LATE/);
  });

  test(`review: a label whose own delivery is lost gives no order once the text was changed (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('stranger').openIssue('Labelled while kugetsu was away', KEEP);
    await k.settle();
    await k.app.stop();
    await issue.as('maintainer').label('kugetsu');
    for (let second = 0; second < 3; second += 1) await nextSecond();
    await editBody(k, issue.number, `a body EDITED later\n${KEEP}`);
    await k.world.idle();
    await k.restart();
    await issue.as('maintainer').label('bug');
    await k.settle();
    expect(await issue.reports()).toEqual([]);
    expect(k.log.join('')).toContain('touched after the label was set');
    await issue.as('maintainer').clearLabels();
    await k.settle();
    await issue.as('maintainer').label('kugetsu');
    await k.settle();
    expect(await issue.reports()).toHaveLength(1);
  });

  test(`C4: a follow-up is told what is new up to its own trigger, reviews too (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('maintainer').openIssue('Reviewed');
    await issue.comment(`known at the first turn\n\n/kugetsu start\nscripted: session s1\n${KEEP}`);
    await k.settle();
    const { number } = await issue.pull();
    await issue.comment('a new remark');
    await k.as('admin').review(number, 'COMMENT', 'a good review');
    await k.as('stranger').review(number, 'COMMENT', 'a review of a stranger');
    await nextSecond();
    await issue.comment(`/kugetsu continue\n${KEEP}`);
    await nextSecond();
    await k.as('admin').review(number, 'COMMENT', 'a LATE review');
    await k.settle();
    const second = k.show(`fix/issue-${issue.number}:told.txt`);
    expect(second).toContain('a new remark');
    expect(second).toContain('a good review');
    expect(second).not.toMatch(/of a stranger|LATE|known at the first turn/);
    await issue.comment(`/kugetsu continue\n${KEEP}`);
    await k.settle();
    const third = k.show(`fix/issue-${issue.number}:told.txt`);
    expect(third).toContain('a LATE review');
    expect(third).not.toMatch(/a new remark|a good review/);
  });
}

test('C4: with trigger.strangersText everybody who wrote before the command is told', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['trigger: { strangersText: true }'] });
  const issue = await k.as('maintainer').openIssue('For everybody');
  await issue.as('stranger').comment('EARLY stranger');
  await issue.comment(`/kugetsu start\n${KEEP}`);
  await issue.as('stranger').comment('LATE stranger');
  await k.settle();
  const told = k.show(`fix/issue-${issue.number}:told.txt`);
  expect(told).toContain('EARLY stranger');
  expect(told).not.toContain('LATE stranger');
});

async function editBody(k: Kugetsu, number: number, body: string): Promise<void> {
  await must(k.world, 'stranger', 'PATCH', `/repos/${k.world.repo}/issues/${number}`, { body });
}

/** Forges write whole seconds: what is to be later needs the next one. */
async function nextSecond(): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  await until('the next second', () => Math.floor(Date.now() / 1000) > now);
}

async function permissionQuestions(k: Kugetsu, login: string): Promise<number> {
  const { requests } = await k.world.forge.control.log();
  return requests.filter((one) => one.path.includes(`/collaborators/${login}/permission`)).length;
}
