// Orders as data: what names each, and that a database gives back what it was given.
import { expect, test } from 'vitest';
import {
  finalOf,
  isDoneAgain,
  laneOf,
  ORDER_KINDS,
  publishOf,
  reactionTo,
  replyTo,
  reportOf,
  uniqueKeyOf,
} from '../../../src/domain/order.js';
import { columnsOf, orderIn } from '../../../src/store/order-columns.js';

const SUBJECT = { repo: { forge: 'work', id: '5', path: 'acme/api' }, number: 15 };
/** A command on pull request 15, whose session belongs to issue 14. */
const TASK = { id: 'T-1', issueKey: 'work:5#14', subject: SUBJECT };

const EYES = reactionTo(SUBJECT, { commentId: '127', reaction: 'eyes' });
const CASES = [
  [EYES, 'forge:work reaction:work:127:eyes', 'work:5#15 forge:work', false],
  [
    reactionTo(SUBJECT, { commentId: '127', reaction: 'rocket', taskId: 'T-1' }),
    'forge:work reaction:work:127:rocket:T-1',
    'work:5#15 forge:work',
    false,
  ],
  [reportOf(TASK), 'forge:work report:T-1', 'work:5#14 forge:work', true],
  [
    publishOf(TASK, { sessionId: 's', tip: 'c0ffee', draft: true }),
    'forge:work publish:T-1',
    'work:5#14 forge:work',
    false,
  ],
  [finalOf(TASK, [{ id: 'T-2' }]), 'forge:work final:T-1', 'work:5#14 forge:work', false],
  [replyTo(SUBJECT, { key: 'o:1', body: 'b' }), 'forge:work reply:o:1', 'work:5#15 forge:work', false],
] as const;

for (const [order, key, lane, again] of CASES)
  test(`${key}: named by itself, the same after the database`, () => {
    expect([uniqueKeyOf(order), laneOf(order), isDoneAgain(order)]).toEqual([key, lane, again]);
    expect(orderIn(columnsOf(order))).toEqual(order);
  });

test('there is a case for each kind', () => {
  expect(new Set(CASES.map(([order]) => order.kind))).toEqual(new Set(ORDER_KINDS));
});

test('the same at another destination is another order', () => {
  const elsewhere = { ...reportOf(TASK), destination: 'forge:chat' } as const;
  expect(uniqueKeyOf(elsewhere)).toBe('forge:chat report:T-1');
  expect(laneOf(elsewhere)).not.toBe(laneOf(reportOf(TASK)));
});

test('what is no order comes back as a value that says why', () => {
  const row = columnsOf(EYES);
  const broken = [
    { ...row, payload: '{' },
    { ...row, payload: '[]' },
    { ...row, payload: '{"subject":7}' },
    { ...row, kind: 'dance' },
    { ...row, destination: 'pigeon:1' },
  ];
  for (const one of broken)
    expect(orderIn(one)).toEqual({
      kind: 'unreadable',
      issueKey: row.issueKey,
      destination: one.destination,
      was: one.kind,
      why: expect.stringMatching(/\S/),
    });
});
