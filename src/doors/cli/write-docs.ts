// Writes the generated pages (`npm run docs`). A program of its own, for people who work on kugetsu.
import { writeFileSync } from 'node:fs';
import { DOCUMENTS } from './documents.js';

for (const { file, text } of DOCUMENTS) {
  writeFileSync(new URL(`../../../${file}`, import.meta.url), text());
  process.stdout.write(`${file}\n`);
}
