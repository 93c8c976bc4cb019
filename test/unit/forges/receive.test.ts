// Deliveries that are odd, hostile or both: what the receivers make of them.
import { expect, test } from 'vitest';
import type { ForgeEvent } from '../../../src/domain/event.js';
import { createGiteaReceiver } from '../../../src/forges/gitea/receive.js';
import { createGithubReceiver } from '../../../src/forges/github/receive.js';
import { githubExamples, giteaDeliveries } from './recordings.js';

const hub = createGithubReceiver({ url: 'https://github.com/' });
const tea = createGiteaReceiver({ url: 'https://git.example.com/sub/' });

test('a body sent under the name of another event starts nothing: GitHub', () => {
  const ok = new Set([
    'comment.created',
    'comment.edited',
    'comment.deleted',
    'issue.opened',
    'labels.changed',
  ]);
  const subjects = githubExamples().filter((one) => ['issue_comment', 'issues'].includes(one.event));
  const names = new Set(githubExamples().map((one) => one.event));
  for (const { event, body } of subjects) {
    for (const claimed of names) {
      if (claimed === event) continue;
      // A push and a ping have no text in them that could be taken for a command.
      const found = hub.translate('hub', { 'x-github-event': claimed }, body);
      expect([event, claimed, ok.has(found.type)]).toEqual([event, claimed, false]);
    }
  }
});

test('a body sent under the name of another event starts nothing: Gitea', () => {
  const recorded = giteaDeliveries().filter((one) => !one.name.endsWith('.form'));
  const types = new Set(recorded.map((one) => one.headers['x-gitea-event-type'] ?? ''));
  const changed: string[] = [];
  for (const one of recorded) {
    const own = one.headers['x-gitea-event-type'] ?? '';
    for (const claimed of types) {
      if (claimed === own) continue;
      const found = tea.translate('work', { 'x-gitea-event-type': claimed }, text(one.bytes));
      if (found.type !== 'ignored') changed.push(`${own} as ${claimed}: ${found.type}`);
    }
  }
  // Labels of an issue or of a pull request: the same question to the forge either way.
  expect([...new Set(changed)].sort()).toEqual([
    'issue_label as pull_request_label: labels.changed',
    'pull_request_label as issue_label: labels.changed',
  ]);
});

test('only the event type counts at Gitea: the coarse name of a review is that of a comment', () => {
  const review = recorded('049');
  expect(review.headers['x-gitea-event']).toBe('pull_request_comment');
  expect(tea.translate('work', review.headers, text(review.bytes)).type).toBe('review.submitted');
  const comment = recorded('045');
  expect(
    tea.translate('work', { 'x-gitea-event-type': 'pull_request_comment' }, text(comment.bytes)).type,
  ).toBe('comment.created');
});

test('what is no JSON, or not the JSON of that event, is ignored with the reason', () => {
  const reasons = ['', '{', 'null', '[]', '"text"', '{"action":"created"}', '{"action":{}}'].map((body) =>
    reasonOf(tea.translate('work', { 'x-gitea-event-type': 'issue_comment' }, body)),
  );
  expect(reasons).toEqual([
    'body is not JSON',
    'body is not JSON',
    'kugetsu does not act on issue_comment',
    'kugetsu does not act on issue_comment',
    'kugetsu does not act on issue_comment',
    'not a valid issue_comment delivery: issue: Invalid input: expected object, received undefined',
    'kugetsu does not act on issue_comment',
  ]);
  expect(reasonOf(hub.translate('hub', {}, '{}'))).toBe('no event in the headers');
  expect(reasonOf(tea.translate('work', {}, '{}'))).toBe('no event type in the headers');
});

test('a repository path that could leave its place, an id that is none: not a valid delivery', () => {
  const body = text(recorded('020').bytes);
  const headers = { 'x-gitea-event-type': 'issue_comment' };
  const hostile = ['../../etc', 'acme', 'acme/api/x', 'acme/..', '-/x?y', 'acme/a b', 'acme/api\\n'];
  for (const path of hostile) {
    const changed = body.replaceAll('"full_name": "acme/api"', `"full_name": "${path}"`);
    expect(`${path}: ${reasonOf(tea.translate('work', headers, changed))}`).toContain(
      ': repository.full_name: ',
    );
  }
  for (const id of ['-5', '"5"', '5.5', '1e30', '0', 'null']) {
    const changed = body.replace(/("repository": {\s+"id": )5(,\s+"owner": {)/, `$1${id}$2`);
    expect(changed).not.toBe(body);
    expect(`${id}: ${reasonOf(tea.translate('work', headers, changed))}`).toContain(': repository.id: ');
  }
});

test("Gitea's own accounts are the system, its others are unknown; GitHub tells bots", () => {
  const body = text(recorded('020').bytes).replace(/("sender": {\s+"id": )2/, '$1-2');
  const event = tea.translate('work', { 'x-gitea-event-type': 'issue_comment' }, body);
  expect(event).toMatchObject({
    actor: { id: '-2', kind: 'system' },
    comment: { author: { kind: 'unknown' } },
  });
  const [example] = githubExamples().filter((one) => one.event === 'issue_comment');
  const bot = (example?.body ?? '').replace(/("sender":\{.*?"type":)"User"/, '$1"Bot"');
  expect(hub.translate('hub', { 'x-github-event': 'issue_comment' }, bot)).toMatchObject({
    actor: { login: 'Codertocat', kind: 'bot' },
    comment: { author: { kind: 'user' } },
  });
});

test('two edits in one second have two keys, the same edit has one', () => {
  const edit = text(recorded('024').bytes);
  const other = edit.replace('/kugetsu status', '/kugetsu stop');
  const keys = [edit, other, edit].map((body) =>
    keyOf(tea.translate('work', { 'x-gitea-event-type': 'issue_comment' }, body)),
  );
  expect(keys[0]).not.toBe(keys[1]);
  expect(keys[0]).toBe(keys[2]);
  expect(tea.translate('work', { 'x-gitea-event-type': 'issue_comment' }, edit)).toMatchObject({
    previousBody: '/kugetsu start fix the flaky login test',
  });
});

test('a comment on a pull request at GitHub, a merged one, and addresses from the config', () => {
  const comment = githubExamples().find((one) => one.event === 'issue_comment' && one.action === 'created');
  const onPull = JSON.parse(comment?.body ?? '{}') as { issue: Record<string, unknown> };
  onPull.issue['pull_request'] = { url: 'http://canary.example.com/' };
  expect(hub.translate('hub', { 'x-github-event': 'issue_comment' }, JSON.stringify(onPull))).toMatchObject({
    onPull: true,
    comment: { url: 'https://github.com/Codertocat/Hello-World/pull/1#issuecomment-492700400' },
  });
  const closed = githubExamples().find((one) => one.event === 'pull_request' && one.action === 'closed');
  const merged = JSON.parse(closed?.body ?? '{}') as { pull_request: Record<string, unknown> };
  merged.pull_request['merged'] = true;
  expect(hub.translate('hub', { 'x-github-event': 'pull_request' }, JSON.stringify(merged))).toMatchObject({
    type: 'pr.merged',
    pull: { state: 'merged', url: 'https://github.com/Codertocat/Hello-World/pull/2' },
  });
});

test('once the head branch is deleted, its name is in the label', () => {
  const body = text(recorded('055').bytes).replace('"ref": "fix/issue-1"', '"ref": "refs/pull/4/head"');
  const event = tea.translate('work', { 'x-gitea-event-type': 'pull_request' }, body);
  expect(event).toMatchObject({ type: 'pr.merged', pull: { head: { branch: 'fix/issue-1' } } });
});

test('headers that forges would not send count as missing', () => {
  const id = '82589ef2-7e62-44e0-a244-36438bd79b92';
  expect(tea.identify({ 'x-gitea-delivery': id, 'x-gitea-event-type': 'issues' })).toEqual({
    id,
    event: 'issues',
    signed: false,
  });
  expect(hub.identify({ 'x-github-delivery': id, 'x-github-event': 'projects_v2_item' }).event).toBe(
    'projects_v2_item',
  );
  for (const bad of ['', 'a b', `${id}'--`, 'x'.repeat(65), '../x']) {
    expect(hub.identify({ 'x-github-delivery': bad, 'x-github-event': bad })).toMatchObject({
      id: undefined,
      event: undefined,
    });
  }
});

function recorded(number: string) {
  const found = giteaDeliveries().find((one) => one.name.startsWith(number));
  if (found === undefined) throw new Error(`no recording ${number}`);
  return found;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function reasonOf(event: ForgeEvent): string {
  return event.type === 'ignored' ? event.reason : `not ignored: ${event.type}`;
}

function keyOf(event: ForgeEvent): string | undefined {
  return 'contentKey' in event ? event.contentKey : undefined;
}
