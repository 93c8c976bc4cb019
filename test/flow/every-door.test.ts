// Every verb through every door, on both forge faces: what is stored of it is the same, field by field.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { LABEL_VERBS } from '../../src/config/schema.js';
import { VERBS } from '../../src/verbs/table.js';
import { operatorOf, tokenOf } from '../support/api.js';
import { giteaFace, githubFace } from '../support/faces.js';
import type { IssueHandle } from '../support/issue.js';
import { kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';

interface Step {
  readonly verb: string;
  readonly message?: string;
}

/** One issue's life. The first order stands in the issue itself, so that a label gives it too. */
const STORY: readonly Step[] = [
  { verb: 'help' },
  { verb: 'status' },
  { verb: 'stop' },
  { verb: 'destroy' },
  { verb: 'delegate', message: 'plan it' },
  { verb: 'list' },
  { verb: 'explain', message: 'this' },
  { verb: 'pause' },
  { verb: 'resume' },
  { verb: 'start' },
  { verb: 'queue' },
  { verb: 'retry' },
  { verb: 'set-pr', message: '#PULL' },
  { verb: 'continue', message: 'scripted: ask Red or blue?' },
  { verb: 'answer', message: 'Blue.\nscripted: say blue it is' },
];
const BY_LABEL = VERBS.filter(({ notThrough }) => notThrough?.label === undefined).map(({ name }) => name);
const BODY = 'scripted: write a.txt yes\nscripted: commit Add it';

type Door = (k: Kugetsu, issue: IssueHandle, step: Step) => Promise<void>;

const label: Door = async (_, issue, { verb }) => await issue.label(`k-${verb}`);
const comment: Door = async (_, issue, { verb, message = '' }) =>
  void (await issue.comment(`/kugetsu ${verb} ${message}`));
const socket: Door = async (k, issue, step) => await byApi(operatorOf(k.app), k, issue, step);
const tcp: Door = async (k, issue, step) =>
  await byApi((await tokenOf(k.app, { scope: 'admin' })).client, k, issue, step);

async function byApi(
  client: ReturnType<typeof operatorOf>,
  k: Kugetsu,
  { number }: IssueHandle,
  { verb, message }: Step,
): Promise<void> {
  const subject = `work:${k.world.repo}#${number}`;
  // With a key, so that also what changed nothing is stored.
  await client.ask(verb, { subject, ...(message !== undefined && { message }) }, randomUUID());
}

const DOORS: Readonly<Record<string, Door>> = {
  comment,
  label,
  'API over TCP': tcp,
  'API over the socket': socket,
};

for (const face of [giteaFace, githubFace]) {
  test(`every verb through every door comes to the same (${face.name})`, async () => {
    const labels = BY_LABEL.map((name) => `k-${name}: ${name}`).join(', ');
    const k = await kugetsuOn(face, { config: [`trigger: { labels: { ${labels} } }`] });
    const told = new Map<string, Record<string, unknown>>();
    for (const [name, door] of Object.entries(DOORS)) told.set(name, await storyThrough(k, door));
    const typed = told.get('comment');
    expect(Object.keys(typed ?? {}).sort()).toEqual(VERBS.map(({ name }) => name).sort());
    expect(told.get('API over TCP')).toEqual(typed);
    expect(told.get('API over the socket')).toEqual(typed);
    expect(told.get('label')).toEqual(Object.fromEntries(BY_LABEL.map((verb) => [verb, typed?.[verb]])));
  });
}

test('a verb that no label asks says why, and the config takes the others', () => {
  for (const { name, notThrough } of VERBS.filter((verb) => !BY_LABEL.includes(verb.name)))
    expect({ name, why: notThrough?.label }).toEqual({ name, why: expect.stringMatching(/\w+ \w+/) });
  expect([...LABEL_VERBS].sort()).toEqual([...BY_LABEL].sort());
});

/** What is stored of each step, by its verb. */
async function storyThrough(k: Kugetsu, door: Door): Promise<Record<string, unknown>> {
  const issue = (await k.as('maintainer').openIssue('Login test is flaky', BODY)).as('admin');
  await k.settle();
  const stored: Record<string, unknown> = {};
  for (const step of STORY) {
    if (door === label && !BY_LABEL.includes(step.verb)) continue;
    const before = new Set(records(k).map(({ origin }) => origin));
    await door(k, issue, await filledIn(issue, step));
    await k.settle();
    const fresh = records(k).filter(({ origin }) => !before.has(origin));
    expect({ step, asked: fresh.map(({ verb }) => verb) }).toEqual({ step, asked: [step.verb] });
    stored[step.verb] = fresh[0]?.result;
  }
  return stored;
}

async function filledIn(issue: IssueHandle, step: Step): Promise<Step> {
  if (step.message?.includes('PULL') !== true) return step;
  return { ...step, message: step.message.replace('PULL', String((await issue.pull()).number)) };
}

interface Stored {
  readonly origin: string;
  readonly verb: string;
  readonly result: unknown;
}

/** What names this very task, session, pull request or moment is left out. */
function records(k: Kugetsu): Stored[] {
  const raw = new SQLite(join(k.home, 'kugetsu.db'), { readonly: true });
  try {
    const rows = raw.prepare('select origin, verb, result from commands').all() as Record<string, string>[];
    return rows.map(({ origin = '', verb = '', result = '' }) => ({
      origin,
      verb,
      result: withoutNames(result),
    }));
  } finally {
    raw.close();
  }
}

function withoutNames(json: string): unknown {
  const told = json
    .replace(/T-[0-9a-f]{4,}/g, 'TASK')
    .replace(/"session":"[0-9a-f]{16}"/g, '"session":"SESSION"')
    .replace(/("(?:now|pull|number)":)\d+/g, '$10');
  return JSON.parse(told);
}
