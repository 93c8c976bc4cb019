// Every result has words in every medium.
import { expect, test } from 'vitest';
import { result as schema, type Result, type TaskLine } from '../../../src/domain/result.js';
import { markdown, plain, requests } from '../../../src/words/medium.js';
import { noteOf, outcomeOf } from '../../../src/words/note.js';
import { resultInWords } from '../../../src/words/result.js';
import { refusals, results } from '../../support/every-result.js';

const NOW = Date.UTC(2026, 10, 21, 12, 17);
const MEDIA = { markdown: markdown('/kugetsu'), plain: plain('work:acme/api#14'), requests: requests() };

const line: TaskLine = { task: 'T-2f9c', subject: 'work:acme/api#14', state: 'ready', place: 1, attempts: 0 };
const lines: TaskLine[] = [
  line,
  { ...line, state: 'waiting', waitsFor: { kind: 'task' } },
  {
    ...line,
    state: 'delayed',
    waitsFor: { kind: 'forge', until: NOW + 60_000, since: NOW, why: 'it is away' },
  },
  { ...line, state: 'running', startedAt: NOW - 60_000 },
];

const refused = Object.values(refusals('There is no option `--x` here.')).map((refusal): [string, Result] => [
  refusal.code,
  { kind: 'refused', refusal },
]);
const all: [string, Result][] = [...Object.entries(results(lines)), ...refused];

test('the samples are results, and there is one of each kind, refusal and way to be queued', () => {
  for (const [, sample] of all) expect(schema.parse(sample)).toEqual(sample);
  const kinds = new Set(all.map(([, { kind }]) => kind));
  expect([...kinds].sort()).toEqual(schema.options.map((option) => option.shape.kind.value).sort());
});

test.each(Object.entries(MEDIA))(
  'every result has words (%s), without what only another medium shows',
  (name, medium) => {
    const foreign = name === 'markdown' ? /undefined/ : /\*\*|\| *---|undefined/;
    for (const [what, sample] of all) {
      const words = resultInWords(sample, medium, NOW);
      expect({ what, words }).toEqual({ what, words: expect.stringMatching(/\S.{5}/) });
      expect({ what, words }).not.toMatchObject({ words: expect.stringMatching(foreign) });
    }
  },
);

test('what is to be typed is what the door takes', () => {
  const refusal: Result = { kind: 'refused', refusal: { code: 'no_session' } };
  expect(resultInWords(refusal, MEDIA.markdown, NOW)).toContain('`/kugetsu start` begins');
  expect(resultInWords(refusal, MEDIA.plain, NOW)).toContain('`kugetsu start work:acme/api#14` begins');
  expect(resultInWords(refusal, MEDIA.requests, NOW)).toContain('`POST /api/v1/verbs/start` begins');
  const open: Result = { kind: 'refused', refusal: { code: 'pull_open', pull: 3 } };
  expect(resultInWords(open, MEDIA.requests, NOW)).toContain('verbs/destroy` with the flag `force` rescues');
});

test('every result has a note and an outcome for the log, in one line', () => {
  for (const [what, sample] of all) {
    expect({ what, note: noteOf(sample) }).toEqual({ what, note: expect.stringMatching(/^[^\n]{3,}$/) });
    expect(outcomeOf(sample)).toMatch(/^\w+$/);
  }
});
