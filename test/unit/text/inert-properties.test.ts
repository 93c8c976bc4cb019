// Properties of inert text: whatever goes in, a Markdown parser finds nothing in what comes out that could act.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCommands } from '../../../src/doors/webhook/comment-grammar.js';
import { inert, inertQuote } from '../../../src/text/inert.js';
import { hostile } from './hostile.js';
import { cellsOf, closes, mention, probe } from './markdown-probe.js';

const word = '/kugetsu';

test('no node that acts, no mention, no closing keyword and no command comes out', () => {
  fc.assert(
    fc.property(hostile, (parts) => {
      expectHarmless(inert(parts.join(''), { word }));
    }),
    { numRuns: 1500 },
  );
});

test('the same holds for the beginning of a text as a quote', () => {
  fc.assert(
    fc.property(hostile, fc.nat(60), (parts, maxChars) => {
      expectHarmless(inertQuote(parts.join(''), { word, maxLines: 5, maxChars }));
    }),
    { numRuns: 500 },
  );
});

test('a cell of a table, which is split before its code is read, holds nothing that acts', () => {
  fc.assert(
    fc.property(hostile, (parts) => {
      const row = parts.join('').replace(/[\r\n]/g, '');
      const out = inert(`| a | b |\n|---|---|\n| ${row}`, { word }).split('\n').slice(2);
      for (const cell of out.flatMap(cellsOf)) expectNothingLive(cell);
    }),
    { numRuns: 1000 },
  );
});

test('whatever follows inert text is read as if it stood alone', () => {
  fc.assert(
    fc.property(hostile, (parts) => {
      const { shown } = probe(`${inert(parts.join(''), { word })}\n\nThe end: **bold** \`code\`.`);
      expect(shown).toMatch(/The end: \*bold\* `x`\.\n*$/);
    }),
    { numRuns: 1000 },
  );
});

test('one line stays one line', () => {
  fc.assert(
    fc.property(hostile, (parts) => {
      expect(inert(parts.join('').replace(/[\r\n\u2028\u2029]/g, ' '), { word })).not.toContain('\n');
    }),
    { numRuns: 300 },
  );
});

function expectHarmless(out: string): void {
  expectNothingLive(out);
  expect(findCommands(out, { word })).toEqual({ tooLong: false, commands: [] });
  expect(out).not.toMatch(/<!--\s*kugetsu:/);
}

function expectNothingLive(out: string): void {
  const { live, shown } = probe(out);
  expect(live).toEqual([]);
  expect(shown).not.toMatch(mention);
  expect(shown).not.toMatch(closes);
  expect(shown).not.toContain('[[');
}
