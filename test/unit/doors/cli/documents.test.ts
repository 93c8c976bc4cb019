import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DOCUMENTS } from '../../../../src/doors/cli/documents.js';

test.each(DOCUMENTS)('$file is what the source makes of it', ({ file, text }) => {
  const written = readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
  expect(written === text(), `${file} is out of date: run \`npm run docs\``).toBe(true);
});
