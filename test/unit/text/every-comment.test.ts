// Every comment that can be posted: read aloud in docs/comments.md, and without anything that acts, whatever is put into it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCommands } from '../../../src/doors/webhook/comment-grammar.js';
import { everyComment, type Comment } from '../../support/every-comment.js';
import { hostile } from './hostile.js';
import { closes, mention, probe } from './markdown-probe.js';

test('row 16: docs/comments.md shows every comment as it is', async () => {
  const spoken = everyComment({
    title: 'Login test is flaky',
    said: '',
    line: 'npm test',
  });
  const said = everyComment({
    title: 'Login test is flaky',
    said: 'The test uses a fake clock now.\n\n- `npm test` passes',
    line: 'npm test',
  });
  const shown = said.map((comment, index) =>
    /failed,/.test(comment.name) ? (spoken[index] ?? comment) : comment,
  );
  await expect(page(shown)).toMatchFileSnapshot('../../../docs/comments.md');
});

test('row 16: no comment stutters', () => {
  for (const { name, body } of everyComment({ title: 'x', said: 'y', line: 'z' })) {
    expect({ name, body }).not.toMatchObject({
      body: expect.stringMatching(
        /sandbox: sandbox|\b1 \w+s\b(?! \w+s)|\b0 min\b|here or there| \.|undefined/i,
      ),
    });
    expect(body.split('<details>')[0]?.trim().split('\n').length).toBeLessThanOrEqual(12);
  }
});

test('C5: whatever stands in it, no comment holds a node that acts and was not meant', () => {
  const ours = everyComment({ title: '', said: '', line: '' });
  const meant = new Map(ours.map(({ name, body }) => [name, liveIn(name, body)]));
  fc.assert(
    fc.property(hostile, hostile, fc.nat(450), (said, line, before) => {
      const texts = {
        title: line.join(''),
        said: `${'x'.repeat(before)}${said.join('')}`,
        line: line.join(''),
      };
      for (const { name, body } of everyComment(texts)) {
        expect({ name, live: liveIn(name, body) }).toEqual({ name, live: meant.get(name) });
        expect(findCommands(body, { word: '/kugetsu' })).toMatchObject({ commands: [] });
      }
    }),
    { numRuns: 8 },
  );
});

/** Details, our mark, the one whom we mention and the issue that we close: all else is not meant. */
function liveIn(name: string, body: string): string[] {
  if (name === 'pull request: title')
    return [mention, closes].map((acts) => String(acts.test(body.replace(/ \(#14\)$/, ''))));
  const text = body.replace(/^@\w+ /, '').replace(/^Closes #14$/m, '');
  const { live, shown } = probe(text);
  return [...live, ...(mention.test(shown) ? ['mention'] : []), ...(closes.test(shown) ? ['closes'] : [])];
}

function page(comments: readonly Comment[]): string {
  const parts = comments.map(({ name, body }) => `## ${name}\n\n${quoteAsCode(body)}\n`);
  const head = [
    '# Every comment',
    '',
    'What kugetsu can say on a forge, to be read aloud. `npx vitest run test/unit/text/every-comment.test.ts -u` writes it anew.',
    '',
  ];
  return [...head, ...parts].join('\n');
}

function quoteAsCode(body: string): string {
  return `\`\`\`\`markdown\n${body.replaceAll('\u200b', '')}\n\`\`\`\``;
}
