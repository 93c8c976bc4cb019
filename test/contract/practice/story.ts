// What was done when the recordings were made, in order: recorded requests by number, and the steps in between.
import type { World } from './world.js';

/** `sends`: numbers of the recorded deliveries that the step caused, in the order the practice forge sends them. */
export type Step = { readonly sends?: readonly string[] } & (
  | { readonly api: string }
  | { readonly as: string; readonly does: string; readonly body?: unknown }
  | { readonly run: (world: World) => Promise<void> }
);

const apis = (from: number, to: number): Step[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ api: String(from + index).padStart(3, '0') }));
const REPO = '/repos/acme/api';
const RENAMED = '/repos/acme/renamed';

export const STORY: readonly Step[] = [
  ...apis(1, 4),
  { as: 'admin', does: `PUT ${REPO}/collaborators/robot`, body: { permission: 'write' } },
  ...apis(5, 8),
  { api: '009', sends: ['001'] },
  ...apis(10, 32),
  ...issues(),
  ...labels(),
  ...comments(),
  ...pullRequest(),
  ...reviewsAndMerge(),
  ...forkAndPushes(),
  ...afterRename(),
  ...secondPull(),
];

function issues(): Step[] {
  return [
    { api: '033', sends: ['002'] },
    {
      as: 'stranger',
      does: `POST ${REPO}/issues`,
      body: { title: 'Please add <dark> mode & "quotes"', body: '' },
      sends: ['003'],
    },
    { api: '034', sends: ['004', '005'] },
    { api: '035', sends: ['006'] },
    {
      as: 'maintainer',
      does: `PATCH ${REPO}/issues/1`,
      body: { body: 'It fails about one time in five.' },
      sends: ['007'],
    },
  ];
}

function labels(): Step[] {
  return [
    { api: '036', sends: ['008'] },
    { api: '037', sends: ['009'] },
    { api: '038', sends: ['010'] },
    { as: 'maintainer', does: `POST ${REPO}/issues/1/labels`, body: { labels: ['bug'] }, sends: ['011'] },
    { api: '039' },
    {
      as: 'maintainer',
      does: `POST ${REPO}/issues/2/labels`,
      body: { labels: ['kugetsu', 'kugetsu-pm'] },
      sends: ['012'],
    },
    { api: '040', sends: ['013'] },
    { api: '041', sends: ['014'] },
    { api: '042', sends: ['015'] },
    { api: '043', sends: ['016'] },
    { api: '044' },
    { as: 'maintainer', does: `PATCH ${REPO}/issues/1`, body: { assignees: ['maintainer'] }, sends: ['017'] },
    { as: 'maintainer', does: `PATCH ${REPO}/issues/1`, body: { assignees: [] }, sends: ['018'] },
    { as: 'maintainer', does: `POST ${REPO}/milestones`, body: { title: 'v1' } },
    { as: 'maintainer', does: `PATCH ${REPO}/issues/1`, body: { milestone: 1 }, sends: ['019'] },
  ];
}

function comments(): Step[] {
  const of = `${REPO}/issues/1/comments`;
  return [
    { api: '045', sends: ['020'] },
    { as: 'stranger', does: `POST ${of}`, body: { body: '/kugetsu start' }, sends: ['021'] },
    {
      as: 'kugetsu-bot',
      does: `POST ${of}`,
      body: { body: 'Working on it.\n<!-- kugetsu:marker -->' },
      sends: ['022'],
    },
    { api: '046', sends: ['023'] },
    { api: '047', sends: ['024'] },
    {
      as: 'kugetsu-bot',
      does: `PATCH ${REPO}/issues/comments/129`,
      body: { body: 'Done.\n<!-- kugetsu:marker -->' },
      sends: ['025'],
    },
    {
      as: 'admin',
      does: `PATCH ${REPO}/issues/comments/127`,
      body: { body: 'edited by someone else' },
      sends: ['026'],
    },
    {
      as: 'admin',
      does: `PATCH ${REPO}/issues/comments/127`,
      body: { body: 'edited by someone else' },
      sends: [],
    },
    { api: '048', sends: ['027'] },
    ...apis(49, 62),
    { api: '063', sends: ['028'] },
    ...apis(64, 67),
    { api: '068', sends: ['029'] },
    { api: '069' },
    { api: '070', sends: ['030'] },
    { api: '071', sends: ['031'] },
    { as: 'maintainer', does: `PATCH ${REPO}/issues/1`, body: { state: 'open' }, sends: ['032'] },
  ];
}

function pullRequest(): Step[] {
  return [
    {
      run: (w) =>
        w.push('kugetsu-bot', 'fix/issue-1', { file: 'a.txt', message: 'Fix the flaky login test' }),
      sends: ['033', '034'],
    },
    { api: '072', sends: ['035'] },
    ...apis(73, 81),
    { api: '082', sends: ['036'] },
    {
      run: (w) => w.push('kugetsu-bot', 'fix/issue-1', { file: 'b.txt', message: 'Second commit' }),
      sends: ['037', '038'],
    },
    {
      run: (w) => w.push('kugetsu-bot', 'fix/issue-1', { amend: 'Second commit, reworded' }),
      sends: ['039', '040'],
    },
    { api: '083', sends: ['041'] },
    {
      as: 'maintainer',
      does: `POST ${REPO}/statuses/1ca757dbe053308e2a6dbb22eab0de9d9efa542d`,
      body: { context: 'ci/test', state: 'failure', description: '1 failed' },
      sends: ['042'],
    },
    { api: '084' },
    { as: 'maintainer', does: `POST ${REPO}/issues/4/labels`, body: { labels: ['kugetsu'] }, sends: ['043'] },
    { as: 'maintainer', does: `DELETE ${REPO}/issues/4/labels/11`, sends: ['044'] },
    { api: '085', sends: ['045'] },
    {
      as: 'maintainer',
      does: `PATCH ${REPO}/issues/comments/144`,
      body: { body: '/kugetsu continue use a fake clock please' },
      sends: ['046'],
    },
    { as: 'maintainer', does: `DELETE ${REPO}/issues/comments/144`, sends: ['047'] },
  ];
}

function reviewsAndMerge(): Step[] {
  return [
    { api: '086', sends: ['048'] },
    { api: '087' },
    { api: '088', sends: ['049'] },
    { api: '089', sends: ['050'] },
    { api: '090', sends: ['051'] },
    ...apis(91, 94),
    { api: '095', sends: ['052'] },
    { api: '096' },
    { api: '097', sends: ['053'] },
    { as: 'maintainer', does: `PATCH ${REPO}/pulls/4`, body: { state: 'open' }, sends: ['054'] },
    { api: '098', sends: ['055', '056', '057', '058'] },
    ...apis(99, 100),
    { as: 'maintainer', does: `POST ${REPO}/issues/4/comments`, body: { body: 'thanks' }, sends: ['059'] },
  ];
}

function forkAndPushes(): Step[] {
  return [
    { api: '101' },
    {
      run: (w) =>
        w.push('stranger', 'fix/issue-2', { file: 'fork.txt', message: 'From a fork', repo: 'stranger/api' }),
    },
    { api: '102', sends: ['060'] },
    { as: 'stranger', does: `PATCH ${REPO}/pulls/5`, body: { state: 'closed' }, sends: ['061'] },
    { api: '103', sends: ['062'] },
    {
      run: (w) => w.push('maintainer', 'main', { file: 'c.txt', message: 'Close by keyword, fixes #2' }),
      sends: ['063', '064'],
    },
    { run: (w) => w.push('maintainer', 'tmp', {}), sends: ['065', '066'] },
    { run: (w) => w.push('maintainer', 'tmp', { remove: true }), sends: ['067'] },
  ];
}

function afterRename(): Step[] {
  const of = `${RENAMED}/issues/6`;
  return [
    ...apis(104, 106),
    {
      as: 'maintainer',
      does: `POST ${RENAMED}/issues/2/comments`,
      body: { body: 'still here' },
      sends: ['068'],
    },
    { run: (w) => w.replayLast(), sends: ['069'] },
    // Its delivery was not kept in the recording.
    { as: 'stranger', does: `POST ${RENAMED}/issues`, body: { title: 'For the web', body: '' } },
    { as: 'maintainer', does: `POST ${of}/labels`, body: { labels: [11] }, sends: ['070'] },
    { as: 'maintainer', does: `POST ${of}/labels`, body: { labels: [13] }, sends: ['071'] },
    { as: 'maintainer', does: `DELETE ${of}/labels/13`, sends: ['072'] },
    {
      as: 'maintainer',
      does: `POST ${of}/comments`,
      body: { body: '/kugetsu start\r\nfrom the web\r\nwith CRLF' },
      sends: ['073'],
    },
    { as: 'maintainer', does: `POST ${of}/comments`, body: { body: 'closing now' }, sends: ['074'] },
    { as: 'maintainer', does: `PATCH ${of}`, body: { state: 'closed' }, sends: ['075'] },
  ];
}

function secondPull(): Step[] {
  return [
    {
      run: (w) => w.push('kugetsu-bot', 'fix/issue-2', { file: 'd.txt', message: 'Two' }),
      sends: ['077', '078'],
    },
    {
      as: 'kugetsu-bot',
      does: `POST ${RENAMED}/pulls`,
      body: { head: 'fix/issue-2', base: 'main', title: 'Second', body: 'Closes #2' },
      sends: ['076'],
    },
    {
      as: 'maintainer',
      does: `POST ${RENAMED}/pulls/7/reviews`,
      body: { event: 'COMMENT', comments: [{ path: 'd.txt', body: 'why?', new_position: 1 }] },
      sends: ['079'],
    },
    { run: (w) => w.replyInThread(7, '/kugetsu continue because of this thread'), sends: ['080'] },
    { run: (w) => w.push('maintainer', 'main', { file: 'd.txt', message: 'Conflicts' }), sends: ['081'] },
    ...apis(107, 112),
    { as: 'maintainer', does: `PATCH ${RENAMED}/pulls/7`, body: { state: 'closed' }, sends: ['082'] },
    ...apis(113, 115),
    {
      as: 'maintainer',
      does: `POST ${RENAMED}/issues/2/comments`,
      body: { body: '/kugetsu status' },
      sends: ['083', '084', '085', '086'],
    },
    ...apis(116, 117),
  ];
}
