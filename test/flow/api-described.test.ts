// The API driven from its served description alone: what it says is enough to start work and to follow it to its end.
import { expect, test } from 'vitest';
import { tokenOf } from '../support/api.js';
import { described, misfit, type Described, type Request } from '../support/described.js';
import { giteaFace, githubFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';

for (const face of [giteaFace, githubFace]) {
  test(`from the description: a token, a task, its runs, its end (${face.name})`, async () => {
    const k = await kugetsuOn(face, { config: ['limits: { memoryPerAgentMb: 0 }'] });
    const issue = await k.as('maintainer').openIssue('One');
    const subject = `work:${k.world.repo}#${issue.number}`;
    const admin = await described(k.app.adminUrl, (await tokenOf(k.app, { scope: 'admin' })).token);

    const made = await must(admin, 'makeToken', {
      body: { name: 'a program', scope: 'act', expiresInDays: 7 },
    });
    const api = await described(k.app.adminUrl, String(made['token']));
    const asked = await must(api, 'verb_start', {
      body: {
        subject,
        message: 'begin\nscripted: write a.txt yes\nscripted: commit Add it',
        flags: { draft: true },
      },
      headers: { 'idempotency-key': 'mine' },
    });
    const { task } = asked['result'] as { task: string };
    expect((await must(api, 'queue'))['items']).toMatchObject([{ task, place: 1 }]);
    await k.settle();
    expect(await must(api, 'task', { path: { id: task } })).toMatchObject({ state: 'done', by: 'a program' });
    expect((await must(api, 'runs', { query: { task, limit: 1 } }))['items']).toMatchObject([
      { task, attempt: 1 },
    ]);
    const first = await must(api, 'orders', { query: { limit: 1 } });
    const second = await must(api, 'orders', { query: { limit: 1, cursor: first['next'] } });
    expect(second['items']).not.toEqual(first['items']);
    for (const id of ['status', 'forges', 'tasks', 'sessions', 'deliveries']) await must(api, id);
    await must(admin, 'revokeToken', { path: { id: made['id'] } });
    expect(await api.call('status')).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  });
}

/** The answer, which is one that the description tells and no error. */
async function must(api: Described, id: string, request: Request = {}): Promise<Record<string, unknown>> {
  const answer = await api.call(id, request);
  expect(misfit(api.find(id), answer)).toBe(undefined);
  expect(answer.status).toBeLessThan(300);
  return answer.body as Record<string, unknown>;
}
