// Properties of inert text: whatever goes in, a Markdown parser finds nothing in what comes out that could act.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCommands } from '../../../src/commands/comment-grammar.js';
import { inert, inertQuote } from '../../../src/support/text/inert.js';
import { cellsOf, closes, mention, probe } from './markdown-probe.js';

const word = '/kugetsu';

const pieces = [
  '@user',
  '@org/team',
  '@',
  'fixes ',
  'closes: ',
  'Resolves\n',
  '#12',
  'GH-3',
  'o/r#4',
  '!5',
  '**',
  '_',
  '~~',
  '~~~',
  '~~~~\n',
  '`',
  '``',
  '```',
  '```js\n',
  '````\n',
  '\n',
  '\n\n',
  '    ',
  '\t',
  '  ',
  ' ',
  '> ',
  '>',
  '- ',
  '1. ',
  '- [x] ',
  '# ',
  '---\n',
  '===\n',
  '<',
  '<b>',
  '</details>',
  '<!--',
  '-->',
  '<img src=x>',
  '<?',
  '<!X',
  '<a href="',
  '"',
  "'",
  '&#64;',
  '&lt;',
  '&',
  '\\',
  '\\\\',
  '[',
  ']',
  '![',
  '](',
  ')',
  '(',
  '[a]: http://e.example/x "t"',
  '[a](http://e.example "t")',
  '![i](http://e.example/x.png)',
  '<http://e.example>',
  'https://e.example/o/r/issues/5',
  'https://e.example/@user',
  'www.e.example',
  '[[x.png]]',
  '$',
  '|',
  '|-|-|\n',
  ':-\n',
  '/kugetsu start\n',
  '/kugetsu',
  '/close',
  'word',
  'é',
  '\u200b',
  '\u202e',
  '\r',
  '\r\n',
  'a',
  '*',
  '[ ] ',
  ':',
  '.',
  '[^1]',
  '%',
];

const hostile = fc.array(
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 3 })),
  {
    maxLength: 30,
  },
);

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
