// Whose text is an order: only what the one who acted wrote, and only for the account that acted.
import { createHmac, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { DeliveryRecord } from '../../src/practice/client.js';
import { giteaFace, githubFace } from '../support/faces.js';
import { HOOK_SECRET, kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';
import type { IssueHandle } from '../support/issue.js';

const ORDER = '/kugetsu start\nscripted: say hello';
const EVIL = '/kugetsu start drop the tables\nscripted: say evil';

/** What a stranger wrote, and what somebody who may give orders made of it without writing the order. */
const TOUCHED: Readonly<Record<string, readonly [before: string, after: string]>> = {
  'a typo below the order is mended': [`${EVIL}\n\nPlaese.`, `${EVIL}\n\nPlease.`],
  'a line is added to its message': [EVIL, `${EVIL}\nand say what you did`],
  'it is moved': [`Hello.\n\n${EVIL}`, `${EVIL}\n\nHello there.`],
  'its fence is taken away': [`Like so:\n\n\`\`\`\n${EVIL}\n\`\`\`\n`, `Like so:\n\n${EVIL}\n`],
  'its quote is taken away': [`> ${EVIL.replace('\n', '\n> ')}`, EVIL],
  'two lines are joined': ['/kugetsu\nstart drop the tables', '/kugetsu start drop the tables'],
  'only white space is changed': [
    '    /kugetsu  start drop the tables',
    '/kugetsu start  drop the tables\n\n',
  ],
  'an order of the editor takes in its text': ['scripted: say evil', `${ORDER}\nscripted: say evil`],
};

for (const face of [giteaFace, githubFace]) {
  test(`C3: a stranger's order does not run under the name of who edits around it (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issues: [string, IssueHandle][] = [];
    for (const [what, [before, after]] of Object.entries(TOUCHED)) {
      const issue = await k.as('stranger').openIssue(what);
      const comment = await issue.comment(before);
      await issue.as('maintainer').edit(comment.id, after);
      issues.push([what, issue]);
    }
    await k.settle();
    for (const [what, issue] of issues) expect([what, await botComments(issue)]).toEqual([what, []]);
    expect(k.worktrees()).toEqual([]);
  });

  test(`C3: an order that the editor wrote whole counts, beside that of a stranger (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('stranger').openIssue('Two orders in one comment');
    const comment = await issue.comment(EVIL);
    await issue.as('maintainer').edit(comment.id, `${EVIL}\n\n/kugetsu status`);
    await k.settle();
    expect(await issue.reports()).toEqual([]);
    expect(await issue.replies()).toHaveLength(1);
  });

  test(`C3: a text counts for its author alone, whoever brings it (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('stranger').openIssue('An order in the body', ORDER);
    await issue.comment(ORDER);
    await issue.as('maintainer').setState('closed');
    await issue.as('maintainer').setState('open');
    await k.world.idle();
    const { deliveries } = await k.world.forge.control.log();
    const sender = bodyOf(deliveries.find((one) => one.action === 'closed'))['sender'];
    for (const one of deliveries) {
      if (one.action !== 'opened' && one.action !== 'created') continue;
      expect(await deliver(one, { ...bodyOf(one), sender })).toBe(202);
    }
    await k.settle();
    expect(await botComments(issue)).toEqual([]);
    expect(k.worktrees()).toEqual([]);
  });

  test(`C8: the login of a renamed account gives its orders no rights of who has it now (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('stranger').openIssue('Renamed');
    await issue.comment(ORDER);
    await k.world.idle();
    const { control } = k.world.forge;
    await control.renameUser('stranger', 'somebody-else');
    await control.createUser({ login: 'stranger' });
    await control.addCollaborator({ repo: 'acme/api', login: 'stranger', access: 'write' });
    await k.settle();
    expect(await botComments(issue)).toEqual([]);
    expect(k.worktrees()).toEqual([]);
  });
}

test('C3: an issue moved here by a maintainer asks nothing, neither its text nor its labels', async () => {
  const k = await kugetsuOn(githubFace);
  const { control } = k.world.forge;
  await k
    .as('maintainer')
    .openIssue('So that the label is there')
    .then((issue) => issue.label('kugetsu'));
  await k.settle();
  await control.createRepo({ owner: 'acme', name: 'inbox', collaborators: { maintainer: 'write' } });
  const moved: number[] = [];
  for (const author of ['stranger', 'maintainer']) {
    const number = await openIn(k, author, 'acme/inbox', ORDER);
    await labelIn(k, 'maintainer', 'acme/inbox', number);
    const wish = { repo: 'acme/inbox', number, to: 'acme/api', as: 'maintainer' };
    moved.push((await control.transferIssue(wish)).number);
  }
  await k.settle();
  for (const number of moved) {
    const issue = k.as('maintainer').on(number);
    await issue.label('bug');
    await k.settle();
    expect(await botComments(issue)).toEqual([]);
  }
});

async function botComments(issue: IssueHandle): Promise<string[]> {
  const comments = await issue.as('admin').comments();
  return comments.map((one) => one.body).filter((body) => body.includes('<!-- kugetsu:'));
}

async function labelIn(k: Kugetsu, login: string, repo: string, number: number): Promise<void> {
  const as = k.world.forge.as(k.world.tokenOf(login));
  const wish = { name: 'kugetsu', color: '#00aabb' };
  const label = (await as('POST', `/api/v1/repos/${repo}/labels`, wish)).body as { id: number };
  await as('POST', `/api/v1/repos/${repo}/issues/${number}/labels`, { labels: [label.id] });
}

function bodyOf(delivery: DeliveryRecord | undefined): Record<string, unknown> {
  return JSON.parse(delivery?.body ?? '{}') as Record<string, unknown>;
}

/** Another delivery in the manner of this one, signed as its forge does. */
async function deliver(like: DeliveryRecord, content: Record<string, unknown>): Promise<number> {
  const body = JSON.stringify(content);
  const id = randomUUID();
  const signature = createHmac('sha256', HOOK_SECRET).update(body).digest('hex');
  const headers = Object.fromEntries(
    Object.entries(like.headers).map(([name, value]) => [name, value === like.id ? id : value]),
  );
  const signed = { ...headers, 'X-Hub-Signature-256': `sha256=${signature}` };
  return (await fetch(like.url, { method: 'POST', headers: signed, body })).status;
}

async function openIn(k: Kugetsu, login: string, repo: string, body: string): Promise<number> {
  const as = k.world.forge.as(k.world.tokenOf(login));
  const answer = await as('POST', `/api/v1/repos/${repo}/issues`, { title: 'Elsewhere', body });
  return (answer.body as { number: number }).number;
}
