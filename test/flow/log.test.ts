// The log of one issue can be followed: the same fields on the lines of its deliveries and its runs.
import { expect, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';

test('first-use 12: deliveries and runs name the issue and who acted', async () => {
  const k = await kugetsuOn(giteaFace);
  const issue = await k.as('maintainer').openIssue('Follow me');
  await issue.comment('/kugetsu start');
  await k.settle();
  const lines = k.log.map((line) => JSON.parse(line) as Record<string, unknown>);
  const ours = { forge: 'work', issue: `work:acme/api#${issue.number}`, actor: 'maintainer' };
  const done = lines.filter(({ event, kind }) => event === 'delivery.done' && kind === 'comment.created');
  expect(done).toContainEqual(expect.objectContaining({ ...ours, result: 'handled' }));
  for (const name of ['run.begin', 'run.end']) {
    const run = {
      ...ours,
      verb: 'start',
      task: expect.any(String),
      session: expect.any(String),
      run: expect.any(String),
    };
    expect(lines).toContainEqual(expect.objectContaining({ ...run, event: name }));
  }
});
