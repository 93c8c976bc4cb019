// A home whose database is gone while the work of its sessions is there: not begun anew without a word.
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { KugetsuError } from '../support/errors.js';
import type { HomePaths } from './home.js';

const WORK = ['worktrees', 'mirrors', 'agents'] as const;

/**
 * Throws `database_missing` (4) unless `fresh` says to begin anew; then the worktrees and agent homes that no session
 * owns any more are moved below `rescue/` (mirrors stay: the worktrees borrow their objects).
 * @returns where they were moved to; undefined when there was nothing to move
 */
export function settleLostDatabase(paths: HomePaths, fresh: boolean, now: Date): string | undefined {
  if (existsSync(paths.database)) return undefined;
  const left = WORK.filter((name) => hasEntries(paths[name]));
  if (left.length === 0) return undefined;
  if (!fresh) throw missing(paths, left);
  const aside = join(paths.rescue, `without-database-${now.toISOString().replace(/\D/g, '').slice(0, 14)}`);
  const moved = left.filter((name) => name !== 'mirrors');
  for (const name of moved) {
    mkdirSync(aside, { recursive: true, mode: 0o700 });
    renameSync(paths[name], join(aside, name));
    mkdirSync(paths[name], { mode: 0o700 });
  }
  return moved.length === 0 ? undefined : aside;
}

function missing({ home, database, rescue }: HomePaths, left: readonly string[]): KugetsuError {
  const folders = left.map((name) => `${name}/`).join(', ');
  return new KugetsuError(
    'database_missing',
    `${home} has ${folders} of earlier work, but no ${database}: put the database back from a backup. Without one, ` +
      `\`kugetsu serve --fresh\` begins with an empty one; sessions, queue and what was owed to the forges are then gone, ` +
      `worktrees and agent homes are kept in ${rescue}`,
    { exitCode: 4 },
  );
}

function hasEntries(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}
