// The process itself, on the Node that runs these tests; `npm run test:nodes` runs it on every Node that is supported.
import { expect, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuServing } from '../support/kugetsu-process.js';
import { until } from '../support/until.js';

test('E4: the server starts, carries one story, stops when told to, and ends with exit code 0', async () => {
  const k = await kugetsuServing(await giteaFace(), { config: ['limits: { memoryPerAgentMb: 0 }'] });
  const issue = await k.as('maintainer').openIssue('One story');
  await issue.comment('/kugetsu start\nscripted: write done.txt yes\nscripted: commit Finish it');
  await until('the final comment', async () => (await issue.finals()).length > 0);
  expect(await issue.pulls()).toHaveLength(1);
  // A native module that aborts while Node ends would be a signal here, and a core dump.
  expect(await k.stop()).toEqual({ code: 0, signal: null });
});
