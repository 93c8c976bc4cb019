// A damaged mirror: how it is recognised, and how a new one takes its place with whatever of the old one can still be read.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gitFailure } from './failure.js';
import { isKeep, isSha } from './names.js';
import type { Repository } from './read.js';

const KEPT = 'refs/kugetsu/';

/**
 * Every object, pack and ref is read. What git merely finds wrong with the form of an object (old histories hold such) is no
 * damage, and a check that was ended (too long, a signal) has found none.
 */
export async function isSound(repo: Repository): Promise<boolean> {
  const args = ['fsck', '--full', '--no-dangling', '--no-reflogs', '--no-progress'];
  const outcome = await repo.run.bytes({ gitDir: repo.gitDir, args });
  if (outcome.exitCode === 0 || outcome.exitCode === undefined) return true;
  const said = `${outcome.stderr}\n${Buffer.from(outcome.stdout).toString('utf8')}`.split('\n');
  return said.every((line) => line.trim() === '' || FORM.test(line));
}

const FORM = /^(error|warning) in (blob|tree|commit|tag) |^(notice|dangling|unreachable)\b/;

/**
 * `draft` is a fetched mirror that will take the place of `from`. Brings over every kept commit that can be read, whatever is
 * wrong with the rest. Returns the names of those that cannot.
 */
export async function carryKept(repo: Repository, from: string, draft: string): Promise<string[]> {
  const lost: string[] = [];
  const view = await viewOf(from, draft);
  try {
    for (const [keep, sha] of await keptIn(from))
      if (!(await carry(repo, { view, draft, keep, sha }))) lost.push(`${keep} (${sha})`);
  } finally {
    await rm(view, { recursive: true, force: true });
  }
  return lost;
}

/** Refs as files, because git reads none in a folder whose HEAD or config is broken; a file wins over `packed-refs`. */
async function keptIn(gitDir: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const packed = await readFile(path.join(gitDir, 'packed-refs'), 'utf8').catch(() => '');
  for (const line of packed.split('\n')) {
    const [sha = '', name = ''] = line.split(' ');
    if (name.startsWith(KEPT)) note(found, name.slice(KEPT.length), sha);
  }
  const folder = path.join(gitDir, KEPT);
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const file of files.filter((entry) => entry.isFile())) {
    const full = path.join(file.parentPath, file.name);
    note(found, path.relative(folder, full), (await readFile(full, 'utf8')).trim());
  }
  return found;
}

function note(found: Map<string, string>, keep: string, sha: string): void {
  if (isKeep(keep) && isSha(sha)) found.set(keep, sha);
}

/** A repository of nothing but borrowed objects: of the damaged mirror, and of the new one where an object is whole there. */
async function viewOf(from: string, draft: string): Promise<string> {
  const view = await mkdtemp(path.join(draft, 'view-'));
  for (const folder of ['refs', 'objects/info', 'objects/pack'])
    await mkdir(path.join(view, folder), { recursive: true });
  const borrowed = [draft, from].map((dir) => `${path.join(dir, 'objects')}\n`);
  await writeFile(path.join(view, 'objects', 'info', 'alternates'), borrowed.join(''));
  await writeFile(path.join(view, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
  await writeFile(path.join(view, 'HEAD'), 'ref: refs/heads/none\n');
  return view;
}

async function carry(
  repo: Repository,
  on: { view: string; draft: string; keep: string; sha: string },
): Promise<boolean> {
  const { view, draft, keep, sha } = on;
  const heads = await repo.run.bytes({ gitDir: draft, args: ['for-each-ref', '--format=^%(objectname)'] });
  if (heads.exitCode !== 0) throw gitFailure(`list what the new mirror of ${repo.name} holds`, heads);
  const wanted = Buffer.concat([Buffer.from(`${sha}\n`), heads.stdout]);
  const packed = await repo.run.bytes({
    gitDir: view,
    args: ['pack-objects', '--revs', '--stdout', '--delta-base-offset', '-q'],
    input: wanted,
    maxBytes: MOST_BYTES,
  });
  if (packed.exitCode !== 0) return false;
  const stored = await repo.run.bytes({
    gitDir: draft,
    args: ['index-pack', '--stdin', '--strict'],
    input: packed.stdout,
  });
  if (stored.exitCode !== 0) return false;
  const set = await repo.run.bytes({ gitDir: draft, args: ['update-ref', '--no-deref', KEPT + keep, sha] });
  return set.exitCode === 0;
}

/** Of one kept commit with what it does not share with the forge. */
const MOST_BYTES = 400 * 1024 * 1024;

/** The new one stands where the old one stood: worktrees borrow by path. Both moves are renames; nothing is deleted. */
export async function changePlaces(draft: string, gitDir: string, aside: string): Promise<void> {
  await mkdir(path.dirname(aside), { recursive: true, mode: 0o700 });
  await rename(gitDir, aside).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
  await rename(draft, gitDir);
}
