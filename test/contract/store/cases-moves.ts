// No task and no session ever moves along an edge that is not in the tables of `domain`, whatever is called in whatever order.
import fc from 'fast-check';
import { expect } from 'vitest';
import type { TaskState } from '../../../src/domain/task.js';
import { TASK_MOVES } from '../../../src/domain/task-moves.js';
import type { Store, Tables } from '../../../src/store/store.js';
import { API, DONE, key, newTask, subject, WEB } from './given.js';
import { endAll } from './cases-model.js';
import { SESSION_MOVE_CASE } from './session-steps.js';
import type { Case } from './world.js';

export const MOVE_CASES: readonly Case[] = [
  { name: 'any sequence: tasks move only along the table', run: tasksAlongTheTable },
  SESSION_MOVE_CASE,
];

const RUNS = 60;
const OUTCOMES = [
  DONE,
  { kind: 'needs_input', question: 'which?' },
  { kind: 'failed', cause: 'agent', message: 'no' },
  { kind: 'cancelled', by: 'ann' },
  { kind: 'folded', into: 'T-0000' },
] as const;
const PROGRESS = {
  todos: [],
  lastTool: undefined,
  lastText: 'so far',
  inputTokens: 1,
  outputTokens: 1,
  costUsd: 0,
};
const CALLS = [
  'enqueue',
  'claim',
  'claim',
  'finish',
  'putOff',
  'cancel',
  'settle',
  'settle',
  'settle',
  'promoteDue',
  'reclaim',
  'changeOutcome',
  'saveProgress',
  'setMessage',
] as const;

interface Step {
  readonly call: (typeof CALLS)[number];
  /** From the newest backwards, the ended ones too. */
  readonly which: number;
  /** One that runs or is reported, where there is one. */
  readonly near: boolean;
  readonly issue: number;
  readonly outcome: (typeof OUTCOMES)[number];
  readonly stale: boolean;
  readonly boot: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  call: fc.constantFrom(...CALLS),
  which: fc.nat(10),
  near: fc.boolean(),
  issue: fc.integer({ min: 1, max: 4 }),
  outcome: fc.constantFrom(...OUTCOMES),
  stale: fc.boolean(),
  boot: fc.nat(2),
});

const EDGES = new Set(
  Object.values(TASK_MOVES).flatMap(({ from, to }) =>
    from.flatMap((before) => [to].flat().map((after) => `${before} > ${after}`)),
  ),
);

/** Each call is of any task, also of one that the call has no business with. */
async function tasksAlongTheTable(store: Store): Promise<void> {
  const taken = new Set<string>();
  let now = 100;
  async function take(tables: Tables, steps: readonly Step[]): Promise<void> {
    const ids: string[] = [];
    await endAll(tables);
    for (const one of steps) {
      now += 10;
      const before = await statesOf(tables, ids);
      await call(tables, ids, one, now);
      for (const [id, state] of await statesOf(tables, ids)) {
        const was = before.get(id);
        // A new one begins as the head of its issue, or behind it.
        if (was === undefined) expect(['ready', 'waiting']).toContain(state);
        else if (was !== state) taken.add(`${was} > ${state}`);
      }
      expect([...taken].filter((edge) => !EDGES.has(edge))).toEqual([]);
    }
  }
  // One commit for each sequence: the disk is not what is looked at.
  const sequence = fc.array(step, { minLength: 5, maxLength: 60, size: 'max' });
  const property = fc.asyncProperty(sequence, (steps) => store.transaction((tables) => take(tables, steps)));
  await fc.assert(property, { numRuns: RUNS, seed: 7 });
  expect([...EDGES].filter((edge) => !taken.has(edge))).toEqual([]);
}

async function statesOf(
  { queue }: Tables,
  ids: readonly string[],
): Promise<Map<string, TaskState | undefined>> {
  const tasks = await Promise.all(ids.map((id) => queue.get(id)));
  return new Map(ids.map((id, n) => [id, tasks[n]?.state]));
}

async function call({ queue }: Tables, ids: string[], one: Step, now: number): Promise<void> {
  const { issue, outcome } = one;
  const of = subject(issue, issue % 2 === 0 ? WEB : API);
  const near = one.near ? await nearOnes(queue, ids) : [];
  const id = near[one.which % Math.max(1, near.length)] ?? ids.at(-1 - one.which) ?? 'T-none';
  const fence = ((await queue.get(id))?.fence ?? 0) - (one.stale ? 1 : 0);
  switch (one.call) {
    case 'enqueue':
      return void ids.push((await queue.enqueue(newTask(issue, { subject: of, now }))).id);
    case 'claim':
      return void (await queue.claim({ worker: 'here', bootId: `boot-${one.boot}`, now, exceptRepos: [] }));
    case 'finish':
      return void (await queue.finish(id, fence, { outcome, now }));
    case 'putOff':
      return void (await queue.finish(id, fence, { retryAt: now + 15, countAttempt: one.stale, now }));
    case 'cancel':
      return void (await queue.cancel(
        key(issue, of.repo),
        outcome,
        now,
        one.stale ? { ids: [id] } : undefined,
      ));
    case 'settle':
      return await queue.settle(id, now);
    case 'promoteDue':
      return void (await queue.promoteDue(now));
    case 'reclaim':
      return void (await queue.reclaim({ worker: 'here', bootId: `boot-${one.boot}` }, now));
    case 'changeOutcome':
      return await queue.changeOutcome(id, outcome);
    case 'saveProgress':
      return void (await queue.saveProgress(id, fence, PROGRESS));
    case 'setMessage':
      return await queue.setMessage(id, 'more');
  }
}

async function nearOnes(queue: Tables['queue'], ids: readonly string[]): Promise<string[]> {
  const tasks = await Promise.all(ids.map((id) => queue.get(id)));
  return tasks.flatMap((task) => (task?.state === 'running' || task?.state === 'reporting' ? [task.id] : []));
}
