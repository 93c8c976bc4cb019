// The comment grammar: what is a command, what is none, what an edit added, which options a command takes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCommands, mayHoldCommand } from '../../../../src/doors/webhook/comment-grammar.js';
import { parseArguments } from '../../../../src/verbs/flags.js';
import { newCommands } from '../../../../src/doors/webhook/grammar-edits.js';

const word = '/kugetsu';
const verbs = (body: string) => {
  const found = findCommands(body, { word });
  return found.tooLong ? 'too long' : found.commands.map(({ verb, rest }) => [verb, rest]);
};

test.each<[string, string, [string, string][]]>([
  ['a line', '/kugetsu start fix it', [['start', 'fix it']]],
  ['the word in capitals', '/KUGETSU Start now', [['start', 'now']]],
  ['the word alone', '/kugetsu', [['help', '']]],
  ['CRLF', 'hello\r\n\r\n/kugetsu start a\r\nb', [['start', 'a\nb']]],
  ['in the middle of a paragraph', 'hello\n/kugetsu stop', [['stop', '']]],
  [
    'several, each with its text',
    '/kugetsu stop\n/kugetsu start x\ny\n',
    [
      ['stop', ''],
      ['start', 'x\ny'],
    ],
  ],
  [
    'a fence in the message',
    '/kugetsu start\n```\n/kugetsu stop\n```',
    [['start', '\n```\n/kugetsu stop\n```']],
  ],
  ['a longer word', '/kugetsux start', []],
  ['not at the beginning', 'see /kugetsu start', []],
  ['a fence', '```\n/kugetsu start\n```', []],
  ['inline code', '`/kugetsu start`', []],
  ['indented code', 'a\n\n    /kugetsu start', []],
  ['a quote', '> /kugetsu start', []],
  ['an HTML comment', '<!--\n/kugetsu start\n-->', []],
  ['an HTML block', '<div>\n/kugetsu start\n</div>', []],
  ['a list item', '- /kugetsu start', []],
])('%s', (_name, body, expected) => {
  expect(verbs(body)).toEqual(expected);
});

test('too long a comment is said to be so; the scan before it is cheap and never misses a command', () => {
  expect(verbs(`/kugetsu start ${'x'.repeat(20_000)}`)).toBe('too long');
  expect(mayHoldCommand(`a\r\n  /Kugetsu start`, word)).toBe(true);
  expect(mayHoldCommand('see /kugetsu', word)).toBe(false);
});

function said(body: string): string {
  const found = verbs(body.slice(0, 16_384));
  return found === 'too long' ? found : JSON.stringify(found);
}

test('hostile text of 16 KB comes to an end', () => {
  for (const piece of ['*a_ ', '[', '> ', '<!--', '`', '![](', '- ', '&#', '<a ']) {
    const body = `${piece.repeat(Math.floor(16_000 / piece.length))}\n\n/kugetsu stop`;
    // Where the construct is not closed the last line belongs to it; nothing but `stop` may come out.
    expect(['too long', JSON.stringify([]), JSON.stringify([['stop', '']])]).toContain(said(body));
  }
});

test('an edit runs only what it added', () => {
  const added = (before: string, after: string) => {
    const found = newCommands(before, after, { word });
    return found.tooLong ? 'too long' : found.commands.map(({ verb, rest }) => `${verb} ${rest}`.trim());
  };
  const two = '/kugetsu status\n/kugetsu stop';
  expect(added(two, '/kugetsu stop\n/kugetsu status')).toEqual([]);
  expect(added(two, two.replaceAll('\n', '\r\n'))).toEqual([]);
  expect(added(two, `${two}\n/kugetsu stop`)).toEqual(['stop']);
  expect(added('/kugetsu start a', '/kugetsu start b')).toEqual(['start b']);
  expect(added('nothing', '/kugetsu help')).toEqual(['help']);
});

const flags = [{ name: 'agent', value: 'AGENT' }, { name: 'draft' }] as const;

test('options come first, `--` ends them, mistakes are told', () => {
  expect(parseArguments('--agent x --draft do it', flags)).toEqual({
    ok: true,
    flags: { agent: 'x', draft: true },
    message: 'do it',
  });
  expect(parseArguments('--agent=x', flags)).toMatchObject({ ok: true, flags: { agent: 'x' } });
  expect(parseArguments('-- --draft', flags)).toMatchObject({ ok: true, flags: {}, message: '--draft' });
  expect(parseArguments('do --draft', flags)).toMatchObject({ ok: true, flags: {}, message: 'do --draft' });
  for (const wrong of ['--agnet x', '--agent', '--draft --draft x', '--draft=yes']) {
    expect(parseArguments(wrong, flags).ok).toBe(false);
  }
});

test('whatever is written, only options of the table are set', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.constantFrom('--agent', '--draft', '--', '--__proto__', '--base=x', '=', '-'),
          fc.string(),
        ),
      ),
      (parts) => {
        const parsed = parseArguments(parts.join(' '), flags);
        if (parsed.ok)
          expect(Object.keys(parsed.flags).every((name) => name === 'agent' || name === 'draft')).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});
