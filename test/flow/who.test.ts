// Who may give orders, and what an edit counts for.
import { expect, test } from 'vitest';
import { giteaFace, githubFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';

const ORDER = '/kugetsu start\nscripted: say hello';

for (const face of [giteaFace, githubFace]) {
  test(`strangers, readers, the bot itself and other bots start nothing (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('maintainer').openIssue('For members only');
    for (const login of ['stranger', 'reader', 'kugetsu-bot']) await issue.as(login).comment(ORDER);
    if (k.world.kind === 'github') await issue.as('robot').comment(ORDER);
    await k.settle();
    const comments = await issue.comments();
    expect(comments.filter((one) => one.body.includes('<!-- kugetsu:'))).toEqual([]);
    for (const one of comments) expect(await issue.reactions(one.id)).toEqual([]);
    expect(k.worktrees()).toEqual([]);
  });

  test(`two edits in one second both count, and only for what they add (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('maintainer').openIssue('Edited twice');
    const comment = await issue.comment('Let us see.');
    await issue.edit(comment.id, `Let us see.\n\n${ORDER}`);
    await issue.edit(comment.id, `Let us see, please.\n\n${ORDER}\n\n/kugetsu status`);
    await k.settle();
    expect(await issue.reports()).toHaveLength(1);
    expect(await issue.replies()).toHaveLength(1);
    expect(await issue.final()).toContain('> hello');
  });

  test(`who edits is who orders: a stranger's comment edited by a maintainer counts (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('stranger').openIssue('Asked politely');
    const comment = await issue.comment('please start');
    await issue.as('admin').edit(comment.id, ORDER);
    await k.settle();
    expect(await issue.reports()).toHaveLength(1);
    expect(await issue.final()).toMatch(/@admin/);
  });

  test(`a label starts a task for the one who set it (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('stranger').openIssue('Labelled');
    await issue.as('maintainer').label('kugetsu');
    await issue.as('maintainer').label('bug');
    await k.settle();
    expect(await issue.reports()).toHaveLength(1);
    expect(await issue.final()).toMatch(/@maintainer/);
    await issue.as('maintainer').clearLabels();
    await k.settle();
    expect(await issue.reports()).toHaveLength(1);
  });

  test(`a label by somebody without the permission asks nothing (${face.name})`, async () => {
    const k = await kugetsuOn(face, { config: ['trigger: { permission: admin }'] });
    const issue = await k.as('stranger').openIssue('Labelled too early');
    await issue.as('maintainer').label('kugetsu');
    await k.settle();
    expect((await issue.comments()).filter((one) => one.body.includes('<!-- kugetsu:'))).toEqual([]);
    expect(k.worktrees()).toEqual([]);
  });

  test(`who may start work is told which verb is not for them (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('maintainer').openIssue('Paused by whom?');
    await issue.comment('/kugetsu pause');
    await k.settle();
    expect(await issue.replies()).toEqual([expect.stringContaining('is for administrators')]);
    await issue.as('admin').comment('/kugetsu pause');
    await k.settle();
    expect((await issue.replies()).at(-1)).not.toContain('is for administrators');
  });
}

test('text that only looks like a command is none', async () => {
  const k = await kugetsuOn(giteaFace);
  const issue = await k.as('maintainer').openIssue('Quoted', 'See `/kugetsu start`.');
  await issue.comment(
    '> /kugetsu start\n\n```\n/kugetsu start\n```\n\n<!--\n/kugetsu start\n-->\n\nsay /kugetsu start',
  );
  await k.settle();
  expect(await issue.reports()).toEqual([]);
  expect(await issue.replies()).toEqual([]);
});
