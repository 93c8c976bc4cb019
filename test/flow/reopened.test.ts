// A pull request is reopened while the reaper is still removing what its session had: the next run waits for that.
import { expect, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuServing } from '../support/kugetsu-process.js';
import { until } from '../support/until.js';
import { must } from '../support/world.js';

/** So many that the reaper is at it for a moment. */
const MANY = 'for i in $(seq 1 100); do mkdir d$i; for j in $(seq 1 20); do echo x > d$i/f$j; done; done';

test('closed, reopened and continued at once: the worktree of the new run is not the one that goes', async () => {
  const k = await kugetsuServing(await giteaFace(), { config: ['limits: { memoryPerAgentMb: 0 }'] });
  const issue = await k.as('maintainer').openIssue('Closed by a slip of the hand');
  await issue.comment(`/kugetsu start\nscripted: run ${MANY}\nscripted: commit Many`);
  await until('the first final comment', async () => (await issue.finals()).length === 1);
  const { number } = await issue.pull();
  const set = (state: string) =>
    must(k.world, 'maintainer', 'PATCH', `/repos/${k.world.repo}/pulls/${number}`, { state });
  await set('closed');
  await until('it leaves', () => k.log.join('').includes('goes to the reaper'));
  await set('open');
  await issue.comment('/kugetsu continue\nscripted: run sleep 1; ls d1 > seen.txt\nscripted: commit Second');
  await until('the second final comment', async () => (await issue.finals()).length === 2);
  expect(await issue.final()).toContain('**Done**');
}, 120_000);
