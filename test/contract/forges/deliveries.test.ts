// What a face of the practice forge delivers is what its receiver understands: one story, told by deliveries alone.
import { afterAll, expect, test } from 'vitest';
import type { ForgeEvent } from '../../../src/domain/event.js';
import type { RepoRef } from '../../../src/domain/refs.js';
import type { Receiver } from '../../../src/forges/forge.js';
import { createGiteaForge } from '../../../src/forges/gitea/forge.js';
import { createGiteaReceiver } from '../../../src/forges/gitea/receive.js';
import { createGithubForge } from '../../../src/forges/github/forge.js';
import { createGithubReceiver } from '../../../src/forges/github/receive.js';
import {
  closePull,
  comment,
  label,
  mergePull,
  must,
  openIssue,
  pushBranch,
  review,
  unlabel,
} from './people.js';
import { openPracticeWorld } from './practice-world.js';
import type { PracticeWorld } from './practice-world.js';

const SECRET = 'hook-secret-of-this-test';
/** Nothing listens there: the log of the practice forge keeps what was sent. */
const NOWHERE = 'http://127.0.0.1:9/webhooks/work';

const tea = await openPracticeWorld({ kind: 'gitea', prefix: '/api/v1', create: createGiteaForge });
const hub = await openPracticeWorld({ kind: 'github', prefix: '/api/v3', create: createGithubForge });
afterAll(async () => {
  await tea.close();
  await hub.close();
});

const STORY = [
  'issue.opened by stranger',
  'comment.created by maintainer: /kugetsu start',
  'comment.edited by admin: /kugetsu start now, before: /kugetsu start',
  'comment.deleted by admin: /kugetsu start now',
  'labels.changed by maintainer',
  'labels.changed by maintainer',
  'pr.opened by kugetsu-bot: fix/issue-1',
  'comment.created by maintainer: on the pull request, on a pull request',
  'review.submitted by maintainer: changes_requested Use a fake clock',
  'pr.closed by maintainer: fix/issue-1',
  'pr.reopened by maintainer: fix/issue-1',
  'pr.merged by maintainer: fix/issue-1',
];

test('gitea: the story', async () => {
  const config = { url: NOWHERE, content_type: 'json', secret: SECRET };
  const hook = { type: 'gitea', active: true, events: ['issues', 'pull_request'], config };
  expect(await tell(tea, createGiteaReceiver({ url: 'http://h' }), hook)).toEqual(STORY);
});

test('github: the story', async () => {
  const events = ['issues', 'issue_comment', 'pull_request', 'pull_request_review'];
  const hook = { events, config: { url: NOWHERE, content_type: 'json', secret: SECRET } };
  expect(await tell(hub, createGithubReceiver({ url: 'http://h' }), hook)).toEqual(STORY);
});

test("github: an app's hook gets what happens where the app is installed, and only that", async () => {
  const wish = { slug: 'watcher', owner: 'admin', installAt: ['acme'], hookUrl: NOWHERE, hookSecret: SECRET };
  await hub.practice.control.call('POST', '/github/apps', wish);
  const inside = await hub.makeRepo();
  const outside = await hub.practice.control.createRepo({ owner: 'stranger', name: 'elsewhere' });
  await hub.practice.control.clearLog();
  await openIssue(hub, 'stranger', inside, { title: 'Inside' });
  await openIssue(
    hub,
    'stranger',
    { forge: 'work', id: String(outside.id), path: outside.path },
    { title: 'x' },
  );
  const { deliveries } = await settled(hub);
  expect(deliveries.map((one) => [one.event, one.headers['X-GitHub-Hook-Installation-Target-Type']])).toEqual(
    [['issues', 'integration']],
  );
  expect(JSON.parse(deliveries[0]?.body ?? '{}')).toMatchObject({ installation: { id: expect.any(Number) } });
});

/** Acts the story, then reads it back from the deliveries of its hook, each one verified. */
async function tell(world: PracticeWorld, receiver: Receiver, hook: object): Promise<string[]> {
  const repo = await world.makeRepo();
  must(await world.as('admin')('POST', `/repos/${repo.path}/hooks`, hook));
  await act(world, repo);
  const { deliveries } = await settled(world);
  const told: string[] = [];
  for (const sent of deliveries) {
    const headers = Object.fromEntries(
      Object.entries(sent.headers).map(([key, value]) => [key.toLowerCase(), value]),
    );
    expect(await receiver.verify(headers, Buffer.from(sent.body), [SECRET])).toBe(true);
    expect(receiver.identify(headers)).toMatchObject({ id: sent.id, signed: true });
    const event = receiver.translate('work', headers, sent.body);
    if (event.type === 'ignored' || event.type === 'ping') continue;
    expect(event.repo).toEqual(repo);
    told.push(describe(event));
  }
  return told;
}

async function act(world: PracticeWorld, repo: RepoRef): Promise<void> {
  const issue = await openIssue(world, 'stranger', repo, { title: 'It fails' });
  const id = await comment(world, 'maintainer', issue, '/kugetsu start');
  const path = `/repos/${repo.path}/issues/comments/${id}`;
  must(await world.as('admin')('PATCH', path, { body: '/kugetsu start now' }));
  must(await world.as('admin')('DELETE', path));
  await label(world, 'maintainer', issue, 'kugetsu');
  await unlabel(world, 'maintainer', issue, 'kugetsu');
  await pushBranch(world, 'maintainer', repo.path, 'fix/issue-1', 'a.txt');
  const wanted = { head: 'fix/issue-1', base: 'main', title: 'Fix', body: '', draft: false };
  const { pull } = await world.forge().createPullRequest(repo, wanted);
  await comment(world, 'maintainer', pull.subject, 'on the pull request');
  const inline = [{ path: 'a.txt', line: 1, body: 'here' }];
  await review(world, 'maintainer', pull.subject, {
    event: 'request changes',
    body: 'Use a fake clock',
    inline,
  });
  await closePull(world, 'maintainer', pull.subject);
  const reopened = { state: 'open' };
  must(await world.as('maintainer')('PATCH', `/repos/${repo.path}/pulls/${pull.subject.number}`, reopened));
  await mergePull(world, 'maintainer', pull.subject, 'fix/issue-1');
}

async function settled(world: PracticeWorld) {
  await world.practice.control.idle();
  return world.practice.control.log();
}

function describe(event: Exclude<ForgeEvent, { type: 'ignored' | 'ping' }>): string {
  const start = `${event.type} by ${event.actor.login}`;
  if ('comment' in event) {
    const before = event.previousBody === undefined ? '' : `, before: ${event.previousBody}`;
    return `${start}: ${event.comment.body}${before}${event.onPull ? ', on a pull request' : ''}`;
  }
  if ('review' in event) return `${start}: ${event.review.state} ${event.review.body}`;
  return 'pull' in event ? `${start}: ${event.pull.head.branch}` : start;
}
