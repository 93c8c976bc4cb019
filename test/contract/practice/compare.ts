// One recorded answer or delivery against what the practice forge said: status, headers, shape, and the values that matter.
import { createHmac } from 'node:crypto';
import type { ApiAnswer } from '../../../src/practice/client.js';
import type { Names } from './names.js';
import type { Received } from './receiver.js';
import type { RecordedAnswer, RecordedDelivery } from './recordings.js';
import { at, differences, isRecord } from './shape.js';
import { SECRET } from './world.js';

export function compareAnswer(recorded: RecordedAnswer['response'], said: ApiAnswer): string[] {
  const found: string[] = [];
  if (recorded.status !== said.status) found.push(`status: recorded ${recorded.status}, said ${said.status}`);
  for (const name of ['content-type', 'x-total-count', 'access-control-expose-headers', 'location']) {
    if (recorded.headers[name] !== said.headers[name]) {
      found.push(`${name}: recorded ${recorded.headers[name]}, said ${said.headers[name]}`);
    }
  }
  const links = [recorded.headers['link'], said.headers['link']].map((link) =>
    link?.replace(/http:\/\/[^/]+/g, ''),
  );
  if (links[0] !== links[1]) found.push(`link: recorded ${links[0]}, said ${links[1]}`);
  const body = said.body ?? '';
  const message = (value: unknown) => (isRecord(value) ? value['message'] : undefined);
  const words = [message(recorded.body), message(body)].map((text) =>
    String(text).replace(/\[id: .*\]|\b(admin|renamed)\b/, ''),
  );
  if (words[0] !== words[1]) found.push(`message: recorded ${words[0]}, said ${words[1]}`);
  return [...found, ...differences(recorded.body, body)];
}

/** Headers whose value is the same in every run; the others carry an id, a length or a signature. */
const SAME_VALUE =
  /^(User-Agent|Content-Type|Authorization|Accept-Encoding|X-(GitHub|Gitea|Gogs)-(Event|Event-Type|Hook-Installation-Target-Type))$/;

/** Values that receivers act on, or must not believe. */
const TOLD = [
  'action',
  'number',
  'is_pull',
  'sender.login',
  'repository.full_name',
  'repository.permissions',
  'requested_reviewer.login',
  'review',
  'issue.state',
  'issue.number',
  'issue.user.login',
  'pull_request.state',
  'pull_request.merged',
  'pull_request.draft',
  'pull_request.head.ref',
  'pull_request.head.label',
  'pull_request.head.repo.full_name',
  'pull_request.base.ref',
  'pull_request.base.repo.permissions',
  'pull_request.merged_by.login',
  'comment.body',
  'comment.user.login',
  'changes',
  'ref',
  'ref_type',
  'total_commits',
  'state',
  'context',
];

export function compareDelivery(recorded: RecordedDelivery, said: Received, names: Names): string[] {
  const found = [...compareHeaders(recorded, said), ...compareSignature(recorded, said)];
  const isForm = said.headers['Content-Type'] === 'application/x-www-form-urlencoded';
  const [raw, ours] = [recorded.body, said.body].map((body) =>
    isForm ? (new URLSearchParams(body).get('payload') ?? '') : body,
  );
  const [before, after] = [JSON.parse(raw ?? '') as unknown, JSON.parse(ours ?? '') as unknown];
  names.learnFrom(before, after);
  if (/[<>&]/.test(ours ?? '')) found.push('body: not escaped as Go does');
  if (!(ours ?? '').startsWith('{\n  "')) found.push('body: not indented as Go does');
  for (const path of TOLD) {
    const [left, right] = [at(before, path), at(after, path)].map((value) => JSON.stringify(value));
    if (left !== right) found.push(`${path}: recorded ${left}, said ${right}`);
  }
  for (const path of ['issue.labels', 'pull_request.labels', 'commits']) {
    const [left, right] = [at(before, path), at(after, path)].map(listed);
    if (left !== right) found.push(`${path}: recorded ${left}, said ${right}`);
  }
  return [...found, ...differences(before, after), ...keyOrder(before, after)];
}

/** Node adds `Connection`, Go does not; a receiver never reads it. */
function compareHeaders(recorded: RecordedDelivery, said: Received): string[] {
  const [left, right] = [recorded.headers, said.headers].map((headers) =>
    Object.keys(headers).filter((name) => name !== 'Connection'),
  );
  const found = (left ?? [])
    .filter((name) => !(right ?? []).includes(name))
    .map((name) => `header ${name}: recorded, not sent`);
  found.push(
    ...(right ?? [])
      .filter((name) => !(left ?? []).includes(name))
      .map((name) => `header ${name}: sent, not recorded`),
  );
  for (const [name, value] of Object.entries(recorded.headers)) {
    if (SAME_VALUE.test(name) && said.headers[name] !== value)
      found.push(`header ${name}: recorded ${value}, sent ${said.headers[name]}`);
  }
  return found;
}

function compareSignature(recorded: RecordedDelivery, said: Received): string[] {
  const signed = recorded.headers['X-Hub-Signature-256'] !== 'sha256=';
  const isForm = said.headers['Content-Type'] === 'application/x-www-form-urlencoded';
  const text = isForm ? (new URLSearchParams(said.body).get('payload') ?? '') : said.body;
  const hex = (algorithm: string) => (signed ? createHmac(algorithm, SECRET).update(text).digest('hex') : '');
  const wanted: Record<string, string> = {
    'X-Hub-Signature-256': `sha256=${hex('sha256')}`,
    'X-Hub-Signature': `sha1=${hex('sha1')}`,
    'X-Gitea-Signature': hex('sha256'),
    'X-Gogs-Signature': hex('sha256'),
  };
  return Object.entries(wanted).flatMap(([name, value]) =>
    said.headers[name] === value ? [] : [`header ${name}: wrong`],
  );
}

/** Names of labels, or messages of commits. */
function listed(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value.map((item: unknown) => String(at(item, 'name') ?? at(item, 'message'))).join(' | ');
}

function keyOrder(before: unknown, after: unknown): string[] {
  const [left, right] = [before, after].map((value) => Object.keys(isRecord(value) ? value : {}).join(' '));
  return left === right ? [] : [`order of keys: recorded ${left}, said ${right}`];
}
