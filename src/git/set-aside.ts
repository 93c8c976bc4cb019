// A folder that is kept whole, out of the way, whatever an agent made of it.
import { lstat, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { moveAway } from './remove-tree.js';

/**
 * Moves `dir` into `folder` (made when it is missing, on the same file system) under the first free one of NAME, NAME-2,
 * NAME-3. Returns that name. Throws `GitError`.
 */
export async function setAside(dir: string, folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let n = 1; ; n += 1) {
    const free = n === 1 ? name : `${name}-${n}`;
    const there = await lstat(path.join(folder, free)).catch(() => undefined);
    if (there !== undefined) continue;
    await moveAway(dir, path.join(folder, free));
    return free;
  }
}
