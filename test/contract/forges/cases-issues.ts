// The contract of a forge: issues, comments, reactions, labels.
import { expect } from 'vitest';
import { comment, label, openIssue, pushBranch, unlabel } from './people.js';
import { refused } from './refused.js';
import type { Case, World } from './world.js';

export const ISSUE_CASES: readonly Case[] = [
  { name: 'an issue as it was written', run: issueAsWritten },
  { name: 'an issue that is not there is not found, for reading and for writing', run: missingIssue },
  { name: 'a pull request is an issue too', run: pullIsIssue },
  { name: 'a comment is created and edited, byte for byte', run: commentCreatedAndEdited },
  { name: 'more comments than fit on a page, oldest first', run: manyComments },
  { name: 'a reaction may be there already', run: reactionTwice },
  { name: 'labels are those of now', run: labelsOfNow },
  { name: 'who set a label is who set it last', run: whoSetLabel },
];

const TRICKY = 'Line one\r\n\r\n```sh\nnpm test\n```\n<!-- kugetsu:report --> <b>&amp;</b> \u{1F440} ünïcode';

async function issueAsWritten(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const issue = await openIssue(world, 'stranger', repo, { title: 'Add <dark> "mode"', body: TRICKY });
  const found = await world.forge().getIssue(issue);
  expect(found).toMatchObject({
    subject: issue,
    isPull: false,
    title: 'Add <dark> "mode"',
    body: TRICKY,
    state: 'open',
    author: { login: world.login.stranger },
  });
  expect(found.url).toMatch(new RegExp(`/${repo.path}/issues/${issue.number}$`));
  const empty = await openIssue(world, 'maintainer', repo, { title: 'Nothing in it' });
  expect((await world.forge().getIssue(empty)).body).toBe('');
}

async function missingIssue(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const subject = { repo, number: 999 };
  const forge = world.forge();
  expect(await refused(forge.getIssue(subject))).toBe('not_found');
  expect(await refused(forge.createComment(subject, 'to nobody'))).toBe('not_found');
  expect(await refused(forge.getPullRequest(subject))).toBe('not_found');
  expect(await refused(forge.editComment(subject, '99999999', 'x'))).toBe('not_found');
  expect(await refused(forge.editComment(subject, '../1', 'x'))).toBe('invalid');
}

async function pullIsIssue(world: World): Promise<void> {
  const repo = await world.makeRepo();
  await pushBranch(world, 'maintainer', repo.path, 'fix/one');
  const wanted = { head: 'fix/one', base: 'main', title: 'One', body: '', draft: false };
  const { pull } = await world.forge().createPullRequest(repo, wanted);
  expect(await world.forge().getIssue(pull.subject)).toMatchObject({ isPull: true, title: 'One' });
}

async function commentCreatedAndEdited(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const issue = await openIssue(world, 'maintainer', repo, { title: 'Talk' });
  const forge = world.forge();
  const made = await forge.createComment(issue, TRICKY);
  expect(made).toMatchObject({ body: TRICKY, author: { login: world.login.bot } });
  expect(made.id).toMatch(/^\d+$/);
  expect(made.url).toContain(`#issuecomment-${made.id}`);
  await forge.editComment(issue, made.id, `${TRICKY} (edited)`);
  expect((await forge.listComments(issue)).map((one) => [one.id, one.body])).toEqual([
    [made.id, `${TRICKY} (edited)`],
  ]);
  expect(await refused(forge.createComment(issue, ''))).toBe('invalid');
}

async function manyComments(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const issue = await openIssue(world, 'maintainer', repo, { title: 'A long story' });
  const bodies = Array.from({ length: 103 }, (_, at) => `number ${at}`);
  for (const body of bodies) await comment(world, 'maintainer', issue, body);
  expect((await world.forge().listComments(issue)).map((one) => one.body)).toEqual(bodies);
}

async function reactionTwice(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const issue = await openIssue(world, 'maintainer', repo, { title: 'Look' });
  const id = await comment(world, 'maintainer', issue, '/kugetsu start');
  const forge = world.forge();
  for (const target of [id, undefined]) {
    await forge.addReaction(issue, target, 'eyes');
    await forge.addReaction(issue, target, 'eyes');
    await forge.addReaction(issue, target, 'rocket');
  }
  const path = `/repos/${repo.path}/issues/comments/${id}/reactions`;
  const { body } = await world.as('maintainer')('GET', path);
  expect(body).toMatchObject([{ content: 'eyes' }, { content: 'rocket' }]);
}

async function labelsOfNow(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const issue = await openIssue(world, 'maintainer', repo, { title: 'Sorted' });
  const forge = world.forge();
  expect(await forge.getLabels(issue)).toEqual([]);
  await label(world, 'maintainer', issue, 'kugetsu');
  await label(world, 'maintainer', issue, 'bug/now');
  expect((await forge.getLabels(issue)).sort()).toEqual(['bug/now', 'kugetsu']);
  await unlabel(world, 'maintainer', issue, 'kugetsu');
  expect(await forge.getLabels(issue)).toEqual(['bug/now']);
}

async function whoSetLabel(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const issue = await openIssue(world, 'stranger', repo, { title: 'Whose?' });
  const forge = world.forge();
  expect(await forge.whoSetLabel(issue, 'kugetsu')).toBeUndefined();
  await label(world, 'maintainer', issue, 'kugetsu');
  await label(world, 'admin', issue, 'other');
  expect(await forge.whoSetLabel(issue, 'kugetsu')).toMatchObject({ login: world.login.maintainer });
  await unlabel(world, 'maintainer', issue, 'kugetsu');
  expect(await forge.whoSetLabel(issue, 'kugetsu')).toBeUndefined();
  for (let at = 0; at < 60; at += 1) await comment(world, 'stranger', issue, `chatter ${at}`);
  await label(world, 'admin', issue, 'kugetsu');
  expect(await forge.whoSetLabel(issue, 'kugetsu')).toMatchObject({ login: world.login.admin });
}
