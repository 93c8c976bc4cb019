// Sessions under random moves: each leads where the table says or is refused by its name, and changes only what it decides.
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Session, SessionState } from '../../../src/domain/session.js';
import * as moves from '../../../src/domain/session-moves.js';
import type { Store, Tables } from '../../../src/store/store.js';
import { key, newSession, refusal } from './given.js';
import type { Case } from './world.js';

export const SESSION_MOVE_CASE: Case = {
  name: 'any sequence: sessions move only along the table, and a move writes only what it decides',
  run: sessionsAlongTheTable,
};

type Move = (session: Session) => Session;

/** What is put in; three values of each, so that moves meet what others left. */
interface Said {
  readonly sha: string;
  readonly number: number;
  readonly flag: boolean;
  readonly now: number;
}

const said: fc.Arbitrary<Said> = fc.record({
  sha: fc.constantFrom('aaa', 'bbb', 'ccc'),
  number: fc.integer({ min: 1, max: 3 }),
  flag: fc.boolean(),
  now: fc.integer({ min: 200, max: 900 }),
});

interface Made {
  readonly move: Move;
  /** The fields that it may change, beside the state. */
  readonly decides: readonly (keyof Session)[];
}

const pullOf = ({ number }: Said, state: 'open' | 'closed' = 'open') => ({
  number,
  url: 'https://x.example',
  state,
});

const MAKE: Record<
  Exclude<moves.SessionMove, 'livedOn' | 'closed' | 'reaped'> | 'removed',
  (on: Said) => Made
> = {
  began: () => ({ move: moves.began, decides: [] }),
  begunAfresh: () => ({
    move: moves.begunAfresh,
    decides: ['agentSessionId', 'headSha', 'baseSha', 'worktree', 'summary'],
  }),
  movedByOthers: ({ sha, flag }) => ({
    move: (row) => moves.movedByOthers(row, { sha, descends: flag }),
    decides: ['headSha', 'pushedSha', 'pushingSha', 'worktree', 'baseSha'],
  }),
  branchGone: () => ({ move: moves.branchGone, decides: ['pushedSha'] }),
  prepared: ({ sha, number }) => ({
    move: (row) =>
      moves.prepared(row, {
        branches: { branch: `kugetsu/${number}`, baseBranch: 'main', baseSha: sha },
        worktree: { name: `w-${number}`, worker: 'here' },
      }),
    decides: ['branch', 'baseBranch', 'baseSha', 'worktree'],
  }),
  agentSessionKnown: ({ sha }) => ({
    move: (row) => moves.agentSessionKnown(row, sha),
    decides: ['agentSessionId'],
  }),
  worked: ({ sha: tip, now, flag }) => ({
    move: (row) => moves.worked(row, { tip: flag ? tip : undefined, now, summary: tip }),
    decides: ['headSha', 'turns', 'summary', 'usedAt'],
  }),
  asked: ({ sha: tip, now }) => ({
    move: (row) => moves.asked(row, { tip, now }),
    decides: ['headSha', 'turns', 'usedAt'],
  }),
  timedOut: ({ sha: tip, now }) => ({
    move: (row) => moves.timedOut(row, { tip, now }),
    decides: ['headSha', 'usedAt'],
  }),
  failed: ({ sha: tip, now, flag }) => ({
    move: (row) => moves.failed(row, { tip, now, sessionLost: flag }),
    decides: ['headSha', 'usedAt', 'agentSessionId'],
  }),
  freed: ({ now, flag }) => ({
    move: (row) => moves.freed(row, flag ? now : undefined),
    decides: ['usedAt'],
  }),
  noticed: ({ sha, flag, number }) => ({
    move: (row) => moves.noticed(row, { taskId: flag ? `T-${number}` : undefined, text: sha }),
    decides: ['notice'],
  }),
  broughtOver: ({ sha }) => ({ move: (row) => moves.broughtOver(row, sha), decides: ['headSha'] }),
  pushing: ({ sha }) => ({ move: (row) => moves.pushing(row, sha), decides: ['pushingSha'] }),
  pushed: ({ sha, number, flag }) => ({
    move: (row) => moves.pushed(row, { branch: `kugetsu/${number}`, sha, over: flag ? ['aaa'] : [] }),
    decides: ['branch', 'pushedSha', 'pushingSha'],
  }),
  pushRefused: () => ({ move: moves.pushRefused, decides: ['pushingSha'] }),
  pullKnown: (on) => ({ move: (row) => moves.pullKnown(row, pullOf(on)), decides: ['pull'] }),
  pullBound: (on) => ({ move: (row) => moves.pullBound(row, pullOf(on)), decides: ['pull'] }),
  leaving: (on) => ({
    move: (row) =>
      on.flag
        ? moves.leaving(row, { reason: 'closed', by: 'ann' }, pullOf(on, 'closed'))
        : moves.leaving(row, { reason: 'destroy', by: 'ann' }),
    decides: ['reap', 'pull'],
  }),
  reopened: (on) => ({ move: (row) => moves.reopened(row, pullOf(on)), decides: ['reap', 'pull'] }),
  removed: ({ flag }) => ({
    move: (row) => moves.removed(row, { reason: flag ? 'closed' : 'merged', rescued: undefined }),
    decides: ['worktree', 'agentSessionId', 'reap', 'rescued'],
  }),
};

type Name = keyof typeof MAKE;

const NAMES = Object.keys(MAKE).filter((name): name is Name => name in MAKE);
/** Runs begin often, so that what a run tells is told of a running one; sessions leave often, in every state. */
const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 2, arbitrary: fc.constantFrom<Name>('began', 'leaving', 'removed') },
);
const step = fc.record({ name, on: said, issue: fc.integer({ min: 1, max: 2 }) });

type Step = Parameters<Parameters<typeof step.map>[0]>[0];

const EDGES = new Set(
  Object.values(moves.SESSION_MOVES).flatMap((leads) =>
    Object.entries(leads).map(([from, to]) => `${from} > ${to}`),
  ),
);

async function sessionsAlongTheTable(store: Store): Promise<void> {
  const taken = new Set<string>();
  let made = 0;
  async function take(tables: Tables, steps: readonly Step[]): Promise<void> {
    for (const { name, on, issue } of steps) {
      const living = await tables.records.sessions.living(key(issue));
      const before = living ?? newSession(issue, { id: `s${(made += 1)}` });
      if (living === undefined) await tables.records.sessions.add(before);
      await takeStep(tables, before, { name, ...MAKE[name](on) }, taken);
      // What is told of one that is reaped already, as the outbox may.
      const old = await tables.records.sessions.get(`s${1 + (on.now % made)}`);
      if (old !== undefined) await takeStep(tables, old, { name, ...MAKE[name](on) }, taken);
    }
  }
  // One commit for each sequence: the disk is not what is looked at.
  const sequence = fc.array(step, { minLength: 5, maxLength: 60, size: 'max' });
  const property = fc.asyncProperty(sequence, (steps) => store.transaction((tables) => take(tables, steps)));
  await fc.assert(property, { numRuns: 40, seed: 7 });
  expect([...EDGES].filter((edge) => !taken.has(edge))).toEqual([]);
}

async function takeStep(
  tables: Tables,
  before: Session,
  { name, move, decides }: Made & { readonly name: Name },
  taken: Set<string>,
): Promise<void> {
  const { sessions } = tables.records;
  const which = tableName(name, before, move);
  const leads: Partial<Record<SessionState, SessionState>> = moves.SESSION_MOVES[which];
  const to = leads[before.state];
  const refused = await refusal(sessions.move(before.id, move));
  const after = await sessions.get(before.id);
  if (to === undefined) {
    expect(refused).toBe(`session_${which}_when_${before.state}`);
    expect(after).toStrictEqual(before);
    return;
  }
  expect(refused).toBeUndefined();
  expect(after?.state).toBe(to);
  taken.add(`${before.state} > ${to}`);
  const rest = (session: Session | undefined) =>
    Object.fromEntries(
      Object.entries(session ?? {}).filter(([field]) => ![...decides, 'state'].includes(field)),
    );
  expect(rest(after)).toStrictEqual(rest(before));
}

/** The end of the reaper's work is three moves: which one, the row decides. */
function tableName(name: Name, { reap }: Session, move: Move): moves.SessionMove {
  if (name !== 'removed') return name;
  if (reap === undefined) return 'livedOn';
  return move(newSession(1, { reap })).state === 'closed' ? 'closed' : 'reaped';
}
