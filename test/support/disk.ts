// What is on the disk, for tests that look there and not at our tables.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths at this depth, hidden ones left out. */
export function foldersBelow(dir: string, depth: number): string[] {
  if (!existsSync(dir)) return [];
  const entries = readdirSync(dir, { withFileTypes: true }).filter((entry) => !entry.name.startsWith('.'));
  if (depth === 1) return entries.map((entry) => join(dir, entry.name));
  return entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => foldersBelow(join(dir, entry.name), depth - 1));
}
