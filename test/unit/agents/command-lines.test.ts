// What a command agent prints → events; and the lines that tell a scripted agent what to do.
import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEventLine } from '../../../src/agents/command/event-line.js';
import { splitFirst, stepsOfPrompt, stepsOfScript } from '../../../src/agents/command/scripted-parse.js';
import { readLines } from '../../../src/agents/read-lines.js';

test('a line that is an object with a known type is an event, any other line is text', () => {
  const usage = { inputTokens: 5, outputTokens: 0, costUsd: 0 };
  expect(parseEventLine('{"type":"usage","inputTokens":5}')).toEqual({ type: 'usage', usage });
  const tool = { type: 'tool', name: 'sh', title: 'ls', state: 'error', exitCode: 2 };
  expect(parseEventLine(JSON.stringify({ ...tool, extra: 1 }))).toEqual(tool);
  expect(parseEventLine(' {"type":"summary","text":"All done"}')).toEqual({
    type: 'summary',
    text: 'All done',
  });
  const texts = [
    '',
    'plain',
    '{',
    '{"type":"heartbeat"}',
    '{"type":"nonsense"}',
    '{"type":"text"}',
    '["text"]',
    'null',
  ];
  for (const line of [...texts, '{"type":"usage","inputTokens":-1}'])
    expect(parseEventLine(line)).toBeUndefined();
});

test('lines come whole however the pieces are cut, and what is too long or too much is cut', async () => {
  const lines = fc.array(
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((line) => line.replaceAll(/[\r\n]/g, '')),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(lines, fc.integer({ min: 1, max: 7 }), async (expected, size) => {
      const bytes = Buffer.from(expected.map((line) => `${line}\n`).join(''));
      expect((await read(bytes, size, 1_000, 1_000)).lines).toEqual(expected);
    }),
    { numRuns: 50 },
  );
  expect(await read(Buffer.from('abcdefgh\nxy'), 3, 4, 100)).toEqual({ lines: ['abcd', 'xy'], cuts: 0 });
  const flood = await read(Buffer.from('1234567\n'.repeat(100)), 8, 100, 16);
  expect(flood).toEqual({ lines: ['1234567', '1234567', '1234567'], cuts: 1 });
});

test('of a prompt only the last part between fences that has directives is obeyed', () => {
  const prompt = [
    'scripted: say no',
    '```',
    'scripted: say no',
    '```',
    '~~~~',
    '  scripted: write a  b c',
    'scripted: exit 3',
  ];
  const others = ['~~~~', 'not scripted: say no', '> scripted: say no'];
  expect(stepsOfPrompt([...prompt, ...others].join('\r\n'))).toEqual([
    { verb: 'write', rest: 'a  b c' },
    { verb: 'exit', rest: '3' },
  ]);
  expect(stepsOfPrompt('nothing to do')).toEqual([]);
  expect(splitFirst('a.txt two words\\nand a line')).toEqual(['a.txt', 'two words\nand a line']);
});

test('a script has one list for each turn, and the last one repeats', () => {
  const script = '[["say one","commit"],["say two"]]';
  expect(stepsOfScript(script, 1).map(({ verb }) => verb)).toEqual(['say', 'commit']);
  expect([2, 3].map((turn) => stepsOfScript(script, turn)[0]?.rest)).toEqual(['two', 'two']);
});

async function read(
  bytes: Buffer,
  size: number,
  maxLineChars: number,
  maxChars: number,
): Promise<{ lines: string[]; cuts: number }> {
  const stream = new PassThrough();
  const lines: string[] = [];
  let cuts = 0;
  const done = readLines(stream, {
    maxLineChars,
    maxChars,
    onLines: (some) => lines.push(...some),
    onCut: () => {
      cuts += 1;
    },
    onActivity: () => {},
  });
  for (let start = 0; start < bytes.length; start += size) stream.write(bytes.subarray(start, start + size));
  stream.end();
  await done;
  return { lines, cuts };
}
