// The replay table: every example of GitHub and every recorded delivery of a Gitea through the receivers, counted.
import { expect, test } from 'vitest';
import type { ForgeEvent } from '../../../src/domain/event.js';
import { createGiteaReceiver } from '../../../src/forges/gitea/receive.js';
import { createGithubReceiver } from '../../../src/forges/github/receive.js';
import { githubExamples, giteaDeliveries, RECORDED_SECRET, tally } from './recordings.js';
import type { Recorded } from './recordings.js';

const hub = createGithubReceiver({ url: 'https://github.com' });
const tea = createGiteaReceiver({ url: 'https://git.example.com' });

// labels.changed (issues and pull requests, labelled and unlabelled) and pr.reopened are not in the list of the issue
// that asked for this table: both became events of their own, so they are not among the ignored.
const GITHUB = {
  'comment.created': 5,
  'comment.deleted': 2,
  'comment.edited': 2,
  'issue.opened': 4,
  'labels.changed': 8,
  ping: 4,
  'pr.closed': 2,
  'pr.opened': 4,
  'pr.reopened': 2,
  'pr.synchronized': 1,
  push: 7,
  'review.submitted': 3,
};

// By event; the reason of each names event and action.
const GITHUB_IGNORED = `
  branch_protection_rule 5, check_run 9, check_suite 9, code_scanning_alert 6, commit_comment 5, create 5, delete 4,
  dependabot_alert 3, deploy_key 2, deployment 4, deployment_review 1, deployment_status 4, discussion 15,
  discussion_comment 4, fork 3, github_app_authorization 2, gollum 3, installation 7, installation_repositories 3,
  issues 21, label 6, marketplace_purchase 4, member 4, membership 5, merge_group 2, meta 2, milestone 5,
  org_block 4, organization 5, package 3, page_build 3, project 3, project_card 9, project_column 4,
  projects_v2_item 7, public 3, pull_request 16, pull_request_review 1, pull_request_review_comment 5,
  pull_request_review_thread 3, release 13, repository 13, repository_dispatch 2, repository_import 2,
  repository_vulnerability_alert 4, security_advisory 4, sponsorship 4, star 3, status 4, team 6, team_add 3,
  watch 3, workflow_dispatch 2, workflow_job 8, workflow_run 5`;

test("the 329 GitHub examples: what kugetsu acts on, and each other one's reason", () => {
  const examples = githubExamples();
  expect(examples).toHaveLength(329);
  const acted: ForgeEvent[] = [];
  const ignored: Record<string, number> = {};
  for (const { event, action, body } of examples) {
    const found = hub.translate('hub', { 'x-github-event': event }, body);
    if (found.type !== 'ignored') {
      acted.push(found);
      continue;
    }
    const name = action === undefined ? event : `${event}.${action}`;
    expect(found.reason).toBe(`kugetsu does not act on ${name}`);
    ignored[event] = (ignored[event] ?? 0) + 1;
  }
  expect(tally(acted)).toEqual(GITHUB);
  const table = GITHUB_IGNORED.split(',').map((entry) => entry.trim().split(' '));
  expect(ignored).toEqual(Object.fromEntries(table.map(([event, count]) => [event, Number(count)])));
});

const GITEA = {
  'comment.created': 16,
  'comment.deleted': 2,
  'comment.edited': 4,
  'ignored: kugetsu does not act on create': 3,
  'ignored: kugetsu does not act on delete': 2,
  'ignored: kugetsu does not act on issue_assign.assigned': 1,
  'ignored: kugetsu does not act on issue_assign.unassigned': 1,
  'ignored: kugetsu does not act on issue_milestone.milestoned': 1,
  'ignored: kugetsu does not act on issues.closed': 4,
  'ignored: kugetsu does not act on issues.deleted': 1,
  'ignored: kugetsu does not act on issues.edited': 2,
  'ignored: kugetsu does not act on issues.reopened': 1,
  'ignored: kugetsu does not act on pull_request.edited': 1,
  'ignored: kugetsu does not act on pull_request_review_request.review_requested': 1,
  'ignored: kugetsu does not act on status': 2,
  'issue.opened': 3,
  'labels.changed': 15,
  'pr.closed': 3,
  'pr.merged': 1,
  'pr.opened': 3,
  'pr.reopened': 1,
  'pr.synchronized': 2,
  push: 9,
  'review.submitted': 5,
};

test('of the 86 recorded Gitea deliveries 84 verify: not the form one, not the one of a hook without a secret', async () => {
  const all = giteaDeliveries();
  expect(all).toHaveLength(86);
  const { verified, refused } = await sortByVerdict(all);
  expect(verified).toHaveLength(84);
  expect(refused.map((one) => [one.path, one.headers['content-type']])).toEqual([
    ['/webhooks/acme-form', 'application/x-www-form-urlencoded'],
    ['/webhooks/acme-nosecret', 'application/json'],
  ]);
  expect(refused.map((one) => tea.identify(one.headers).signed)).toEqual([true, false]);
  // Where a form came as far as the receiver it would be no event: HTTP answers it with 415 before.
  expect(tally(refused.map(translateRecorded))).toEqual({
    'comment.created': 1,
    'ignored: body is not JSON': 1,
  });
  expect(tally(verified.map(translateRecorded))).toEqual(GITEA);
});

test('16 recorded comments are of 14 happenings, and no other two recorded deliveries share a content key', async () => {
  const { verified } = await sortByVerdict(giteaDeliveries());
  const shared = new Map<string, string[]>();
  for (const one of verified) {
    const event = translateRecorded(one);
    if (!('contentKey' in event) || event.contentKey === undefined) continue;
    shared.set(event.contentKey, [...(shared.get(event.contentKey) ?? []), one.name.slice(0, 3)]);
  }
  const comments = [...shared].filter(([key]) => key.startsWith('comment.created|'));
  expect(comments).toHaveLength(14);
  // A replay in the web page, and the hook of the organisation beside that of the repository.
  expect([...shared.values()].filter((names) => names.length > 1)).toEqual([
    ['068', '069'],
    ['083', '086'],
  ]);
});

test('every recorded event names who did it, the repository by its id, and no address of the recorded host', async () => {
  const { verified } = await sortByVerdict(giteaDeliveries());
  const events = verified.map((one) => ({ name: one.name, event: translateRecorded(one) }));
  for (const { name, event } of events) {
    if (event.type === 'ignored' || event.type === 'ping') continue;
    const { id, path } = event.repo;
    const addresses = JSON.stringify(event).includes('127.0.0.1');
    expect([name, id, /^acme\/(api|renamed)$/.test(path), addresses]).toEqual([name, '5', true, false]);
  }
  const edits = events.filter(({ event }) => event.type === 'comment.edited');
  expect(edits.map(({ event }) => ('actor' in event ? event.actor.login : ''))).toEqual([
    'maintainer',
    'kugetsu-bot',
    'admin',
    'maintainer',
  ]);
});

test('only comments carry a permission that can be believed', async () => {
  const { verified } = await sortByVerdict(giteaDeliveries());
  const told: Record<string, string> = {};
  for (const event of verified.map(translateRecorded)) {
    if (event.type === 'ignored' || event.type === 'ping' || event.actorPermission === undefined) continue;
    expect(event.type).toMatch(/^comment\./);
    told[event.actor.login] = event.actorPermission;
  }
  expect(told).toEqual({
    admin: 'admin',
    'kugetsu-bot': 'admin',
    maintainer: 'write',
    robot: 'write',
    stranger: 'read',
  });
});

function translateRecorded(one: Recorded): ForgeEvent {
  return tea.translate('work', one.headers, new TextDecoder().decode(one.bytes));
}

async function sortByVerdict(all: Recorded[]): Promise<{ verified: Recorded[]; refused: Recorded[] }> {
  const verified: Recorded[] = [];
  const refused: Recorded[] = [];
  for (const one of all) {
    (((await tea.verify(one.headers, one.bytes, [RECORDED_SECRET])) && verified) || refused).push(one);
  }
  return { verified, refused };
}
