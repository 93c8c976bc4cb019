// One running task per issue, and none lost, whatever is called in whatever order.
import fc from 'fast-check';
import { expect } from 'vitest';
import type { TaskState } from '../../../src/domain/task.js';
import type { Store, Tables } from '../../../src/store/store.js';
import { API, DONE, key, newTask, subject, WEB } from './given.js';
import { byPriority, QueueModel, type ModelTask } from './queue-model.js';
import type { Case } from './world.js';

export const MODEL_CASES: readonly Case[] = [
  { name: 'any sequence: one head per issue, none lost, as the model says', run: anySequence },
];

const ISSUES = 4;
const RUNS = 40;

type Step =
  | { readonly do: 'add'; readonly issue: number; readonly priority: number }
  | { readonly do: 'claim'; readonly exceptEven: boolean }
  | { readonly do: 'finish'; readonly which: number; readonly stale: boolean }
  | { readonly do: 'retry'; readonly which: number; readonly wait: number; readonly count: boolean }
  | { readonly do: 'settle'; readonly which: number }
  | { readonly do: 'endQueued'; readonly issue: number; readonly some: boolean }
  | { readonly do: 'later'; readonly ms: number }
  | { readonly do: 'crash' };

const issue = fc.integer({ min: 1, max: ISSUES });
const which = fc.nat(5);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('add'), issue, priority: fc.constantFrom(0, 10) } as const),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('claim'), exceptEven: fc.boolean() } as const) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('finish'), which, stale: fc.boolean() } as const) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('retry'), which, wait: fc.nat(50), count: fc.boolean() } as const),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('settle'), which } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('endQueued'), issue, some: fc.boolean() } as const) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('later'), ms: fc.integer({ min: 1, max: 60 }) } as const),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash') } as const) },
);

/** Sequences share one store: each has issues of its own and begins with an empty queue. */
async function anySequence(store: Store): Promise<void> {
  let sequence = 0;
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
    sequence += 1;
    await endAll(store);
    const on: Sequence = { store, model: new QueueModel(), now: 100, boot: 1, base: sequence * 100 };
    for (const one of steps) {
      await take(on, one);
      await compare(on);
    }
  });
  await fc.assert(property, { numRuns: RUNS });
}

interface Sequence {
  readonly store: Store;
  readonly model: QueueModel;
  now: number;
  boot: number;
  /** Added to the issue numbers, which are then of this sequence alone. */
  readonly base: number;
}

/** Whatever an earlier sequence left in the queue. */
export async function endAll(store: Tables): Promise<void> {
  await store.queue.reclaim({ worker: 'here', bootId: 'between' }, 0);
  for (;;) {
    const queued = await store.queue.queued();
    if (queued.length === 0) return;
    for (const { issueKey } of queued) await store.queue.cancel(issueKey, DONE, 0);
  }
}

async function take(on: Sequence, one: Step): Promise<void> {
  const { store, model, now } = on;
  switch (one.do) {
    case 'add': {
      const task = newTask(one.issue, { subject: subjectOf(on, one.issue), priority: one.priority, now });
      model.add(await store.queue.enqueue(task), one.issue);
      return;
    }
    case 'claim': {
      const exceptRepos = one.exceptEven ? ['work:6'] : [];
      const task = await store.queue.claim({ worker: 'here', bootId: `boot-${on.boot}`, now, exceptRepos });
      expect(task?.id).toBe(model.claim(one.exceptEven)?.id);
      return;
    }
    case 'finish':
      return await finish(on, pick(model.in('running'), one.which), one.stale);
    case 'retry': {
      const task = pick(model.in('running'), one.which);
      if (task === undefined) return;
      const end = { retryAt: now + one.wait, countAttempt: one.count, now };
      expect(await store.queue.finish(task.id, task.fence, end)).toBe(true);
      return model.retry(task, now + one.wait, one.count);
    }
    case 'settle': {
      const task = pick(model.in('reporting'), one.which);
      if (task === undefined) return;
      await store.queue.settle(task.id, now);
      task.state = 'done';
      return;
    }
    case 'endQueued':
      return await endQueued(on, one.issue, one.some);
    case 'later':
      on.now += one.ms;
      expect(await store.queue.promoteDue(on.now)).toBe(model.promoteDue(on.now));
      return;
    case 'crash':
      on.boot += 1;
      expect(ids(await store.queue.reclaim({ worker: 'here', bootId: `boot-${on.boot}` }, now))).toEqual(
        ids(model.recover(now)),
      );
      return;
  }
}

async function finish(
  { store, model, now }: Sequence,
  task: ModelTask | undefined,
  stale: boolean,
): Promise<void> {
  if (task === undefined) return;
  const fence = stale ? task.fence - 1 : task.fence;
  expect(await store.queue.finish(task.id, fence, { outcome: DONE, now })).toBe(!stale);
  if (!stale) model.finish(task);
}

async function endQueued(on: Sequence, issue: number, some: boolean): Promise<void> {
  const queued = await on.store.queue.ofIssue(issueKey(on, issue), ['ready', 'waiting', 'delayed']);
  const filter = { ids: queued.filter((_, n) => n % 2 === 0).map((task) => task.id) };
  const of = issueKey(on, issue);
  const ended = some
    ? await on.store.queue.cancel(of, DONE, on.now, filter)
    : await on.store.queue.cancel(of, DONE, on.now);
  expect(ids(ended)).toEqual(ids(on.model.endQueued(issue, some)));
}

const ALL: readonly TaskState[] = ['ready', 'waiting', 'delayed', 'running', 'reporting', 'done'];

async function compare(on: Sequence): Promise<void> {
  const { store, model } = on;
  for (let issue = 1; issue <= ISSUES; issue += 1) {
    const there = await store.queue.ofIssue(issueKey(on, issue), ALL);
    const expected = model.tasks.filter((task) => task.issue === issue);
    const facts = ({ id, state, attempts, fence, runAt }: Omit<ModelTask, 'issue' | 'priority'>) =>
      [id, state, attempts, fence, runAt].join(' ');
    expect(there.map((task) => facts(task))).toEqual(expected.map((task) => facts(task)));
    const heads = there.filter((task) => ['ready', 'delayed', 'running'].includes(task.state));
    const waits = there.some((task) => task.state === 'waiting');
    expect(heads.length === 1 || (heads.length === 0 && !waits)).toBe(true);
  }
  const order = (['ready', 'waiting', 'delayed'] as const).flatMap((state) => byPriority(model.in(state)));
  expect(ids(await store.queue.queued())).toEqual(ids(order));
}

function subjectOf({ base }: Sequence, issue: number) {
  return subject(base + issue, issue % 2 === 0 ? WEB : API);
}

function issueKey({ base }: Sequence, issue: number): string {
  return key(base + issue, issue % 2 === 0 ? WEB : API);
}

function pick(tasks: readonly ModelTask[], which: number): ModelTask | undefined {
  return tasks[which % Math.max(1, tasks.length)];
}

function ids(tasks: readonly { id: string }[]): string[] {
  return tasks.map((task) => task.id);
}
