// The API against made-up requests, from its own description: no fault of ours, and every answer is one that it tells.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { operatorOf, tokenOf } from '../support/api.js';
import { described, misfit, requestsFor, type Described } from '../support/described.js';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';

/** `npm run fuzz:api` asks more. */
const REQUESTS = Number(process.env['KUGETSU_FUZZ_REQUESTS'] ?? 200);

test(`${REQUESTS} requests made up from the description`, { timeout: 20 * 60_000 }, async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 0 }'] });
  const subject = await aStory(k);
  const { token } = await tokenOf(k.app, { scope: 'admin' });
  const narrowed = await tokenOf(k.app, { scope: 'act', repos: ['work:acme/other'] });
  const apis = [
    await described(k.app.adminUrl, token),
    await described(k.app.adminUrl, narrowed.token),
  ] as const;
  const known = { ...(await idsOf(k)), subject: [subject, `${subject.split('#')[0]}#-idea`] };
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(requests(apis[0], known), fc.integer({ min: 0, max: 9 }), async ([id, request], one) => {
      const answer = await apis[one === 0 ? 1 : 0].call(id, request);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      expect(answer.status).not.toBe(500);
      expect(misfit(apis[0].find(id), answer)).toBe(undefined);
    }),
    { numRuns: REQUESTS, endOnFailure: true },
  );
  expect(k.log.filter((line) => line.includes('api.fault'))).toEqual([]);
  process.stdout.write(`answers by status: ${JSON.stringify(Object.fromEntries(statuses))}\n`);
  // Else it would only have tried how requests that do not fit are refused.
  const carriedOut = [200, 201, 409].reduce((sum, status) => sum + (statuses.get(status) ?? 0), 0);
  expect(carriedOut).toBeGreaterThan(REQUESTS / 4);
});

function requests(api: Described, known: Readonly<Record<string, readonly string[]>>) {
  return fc
    .constantFrom(...api.operations)
    .chain((operation) => fc.tuple(fc.constant(operation.id), requestsFor(operation, known)));
}

async function aStory(k: Kugetsu): Promise<string> {
  const issue = await k.as('maintainer').openIssue('One');
  await issue.comment('/kugetsu start\nscripted: write a.txt yes\nscripted: commit Add it');
  await k.settle();
  return `work:${k.world.repo}#${issue.number}`;
}

async function idsOf(k: Kugetsu): Promise<Record<string, string[]>> {
  const client = operatorOf(k.app);
  const [tasks, sessions] = [await client.call('tasks'), await client.call('sessions')];
  const task = tasks.ok ? tasks.body.items.map((one) => one.task) : [];
  const session = sessions.ok ? sessions.body.items.map((one) => one.session) : [];
  const cursors: Record<string, string[]> = {};
  for (const name of ['orders', 'deliveries', 'tokens'] as const) {
    const page = await client.call(name, { query: { limit: 1 } });
    if (page.ok && page.body.next !== undefined) cursors[`${name}.cursor`] = [page.body.next];
  }
  return { id: [...task, ...session], task, ...cursors };
}
