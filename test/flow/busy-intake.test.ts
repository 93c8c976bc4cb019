// Many deliveries that ask nothing: they cost little, and the door stays open for the next ones.
import { createHmac, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitsIn } from '../contract/store/wal.js';
import { giteaFace } from '../support/faces.js';
import { HOOK_SECRET, kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';

test('B7: sixty deliveries that ask nothing are finished in one commit, copies of one content told as such', async () => {
  const k = await kugetsuOn(giteaFace);
  const body = await aCommentOf(k, 'nice weather today');
  for (let n = 0; n < 60; n += 1) {
    const text = n < 20 ? body : body.replaceAll('nice weather today', `nice weather on day ${n}`);
    expect(await deliver(k, text)).toBe(202);
  }
  const before = commitsIn(databaseOf(k));
  await k.app.step();
  const commits = commitsIn(databaseOf(k)) - before;
  const results = k.log
    .filter((line) => line.includes('"delivery.done"'))
    .map((line) => /"result":"(\w+)"/.exec(line)?.[1]);
  // The forge's own delivery of that comment was the first of its content.
  expect(results.filter((result) => result === 'ignored').length).toBeGreaterThanOrEqual(40);
  expect(results.filter((result) => result === 'duplicate')).toHaveLength(20);
  expect(commits).toBe(1);
});

/** The body of the forge's own delivery of such a comment, which is dealt with when it comes back. */
async function aCommentOf(k: Kugetsu, text: string): Promise<string> {
  const issue = await k.as('maintainer').openIssue('Talk');
  await issue.comment(text);
  await k.settle();
  const { deliveries } = await k.world.forge.control.log();
  const sent = deliveries.find((one) => one.event === 'issue_comment');
  return sent?.body ?? '';
}

async function deliver(k: Kugetsu, body: string): Promise<number> {
  const response = await fetch(`${k.app.url}/webhooks/work`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-gitea-event': 'issue_comment',
      'x-gitea-event-type': 'issue_comment',
      'x-gitea-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', HOOK_SECRET).update(body).digest('hex')}`,
    },
  });
  await response.arrayBuffer();
  return response.status;
}

function databaseOf(k: Kugetsu): string {
  return join(k.home, 'kugetsu.db');
}
