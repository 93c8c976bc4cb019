// What is odd about Gitea alone.
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createGiteaForge } from '../../../src/forges/gitea/forge.js';
import { must, openIssue, pushBranch } from './people.js';
import { openPracticeWorld } from './practice-world.js';

const world = await openPracticeWorld({ kind: 'gitea', prefix: '/api/v1', create: createGiteaForge });
afterAll(() => world.close());

test('two labels of one name are one label: set by whoever set one of them that is still there', async () => {
  const repo = await world.makeRepo();
  const issue = await openIssue(world, 'stranger', repo, { title: 'Twice' });
  const ids: number[] = [];
  for (let times = 0; times < 2; times += 1) {
    const made = must(
      await world.as('admin')('POST', `/repos/${repo.path}/labels`, { name: 'kugetsu', color: '#ee0701' }),
    );
    ids.push(z.object({ id: z.int() }).parse(made).id);
  }
  const labels = `/repos/${repo.path}/issues/${issue.number}/labels`;
  must(await world.as('maintainer')('POST', labels, { labels: [ids[0]] }));
  must(await world.as('admin')('POST', labels, { labels: [ids[1]] }));
  const forge = world.forge();
  expect(await forge.getLabels(issue)).toEqual(['kugetsu']);
  expect(await forge.whoSetLabel(issue, 'kugetsu')).toMatchObject({ login: 'admin' });
  must(await world.as('admin')('DELETE', `${labels}/${ids[1]}`));
  expect(await forge.whoSetLabel(issue, 'kugetsu')).toMatchObject({ login: 'maintainer' });
});

test('more pull requests than fit on a page: the one of the branch is found', async () => {
  const repo = await world.makeRepo();
  await pushBranch(world, 'maintainer', repo.path, 'first');
  const wanted = { head: 'first', base: 'main', title: 'First', body: '', draft: false };
  const forge = world.forge();
  const { pull } = await forge.createPullRequest(repo, wanted);
  await pushBranch(world, 'maintainer', repo.path, 'many');
  for (let times = 0; times < 51; times += 1) {
    const made = await forge.createPullRequest(repo, { ...wanted, head: 'many', title: `Try ${times}` });
    const path = `/repos/${repo.path}/pulls/${made.pull.subject.number}`;
    must(await world.as('maintainer')('PATCH', path, { state: 'closed' }));
  }
  expect((await forge.findPullRequests(repo, 'first')).map((one) => one.subject)).toEqual([pull.subject]);
  expect(await forge.findPullRequests(repo, 'many')).toHaveLength(51);
});

test("a comment on an issue that is not there: Gitea's 500 is looked into, and is no outage", async () => {
  const repo = await world.makeRepo();
  const answer = await world.as('maintainer')('POST', `/repos/${repo.path}/issues/99/comments`, {
    body: 'x',
  });
  expect(answer.status).toBe(500);
  const work = world.forge().createComment({ repo, number: 99 }, 'x');
  await expect(work).rejects.toMatchObject({ code: 'not_found' });
});
