// What a session and a task can never become, said apart from the tables that the code reads.
import { expect, test } from 'vitest';
import { SESSION_MOVES } from '../../../src/domain/session-moves.js';
import { TASK_MOVES } from '../../../src/domain/task-moves.js';

const leadsOf = Object.entries(SESSION_MOVES).map(
  ([move, leads]) => [move, leads as Readonly<Record<string, string | undefined>>] as const,
);

/** Moves that lead somewhere from this state. */
function movesFrom(state: string): string[] {
  return leadsOf.filter(([, leads]) => leads[state] !== undefined).map(([move]) => move);
}

test('a reaped session never lives again: only what is still brought to the forge is told of it', () => {
  expect(movesFrom('reaped').sort()).toEqual([
    'broughtOver',
    'freed',
    'noticed',
    'pullKnown',
    'pushRefused',
    'pushed',
    'pushing',
    'reaped',
  ]);
  for (const [move, leads] of leadsOf)
    expect({ move, to: leads['reaped'] ?? 'reaped' }).toEqual({ move, to: 'reaped' });
});

test('a turn ends only where one runs', () => {
  for (const move of ['worked', 'asked', 'timedOut', 'failed'] as const)
    expect({ move, from: Object.keys(SESSION_MOVES[move]) }).toEqual({ move, from: ['running'] });
});

test('a session runs only because a run began', () => {
  const begin = leadsOf.filter(([, leads]) =>
    Object.entries(leads).some(([from, to]) => from !== 'running' && to === 'running'),
  );
  expect(begin.map(([move]) => move)).toEqual(['began']);
});

test('a task that is over stays over, and only a claimed one runs', () => {
  const over = ['done', 'failed', 'cancelled'];
  const moves = Object.entries(TASK_MOVES).map(([move, { from, to }]) => ({
    move,
    from: from as readonly string[],
    to: [to].flat() as readonly string[],
  }));
  expect(moves.filter(({ from }) => from.some((state) => over.includes(state)))).toEqual([]);
  const runs = moves.filter(({ to }) => to.includes('running'));
  expect(runs).toMatchObject([{ move: 'claimed', from: ['ready'] }]);
});
