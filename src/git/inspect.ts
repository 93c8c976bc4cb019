// What commits from a worktree must be like to enter the mirror; every refusal is a sentence for the issue.
import type { GitOutcome } from './run.js';
import { gitFailure, said } from './failure.js';
import type { GitLimits } from './limits.js';
import { isAncestor, TREE_BOUND, type Repository } from './read.js';

/** Of a commit with its message. */
const MOST_COMMIT_BYTES = 16 * 1024;
const REWRITE = 'Write its message anew (git commit --amend, or git rebase -i for an earlier one).';

/** Undefined when all is well. `repo` is the quarantine. Throws `GitError` when `base` is not in the mirror. */
export async function inspectCommits(
  repo: Repository,
  limits: GitLimits,
  base: string,
  tip: string,
): Promise<string | undefined> {
  const kind = await repo.run.text({ gitDir: repo.gitDir, args: ['cat-file', '-t', tip] });
  if (kind.exitCode !== 0 || kind.stdout.trim() !== 'commit')
    return `The hand-over names ${tip.slice(0, 12)} as its tip, and what came over holds no such commit.`;
  if (!(await isAncestor(repo, base, tip)))
    return `The commits do not go back to ${base.slice(0, 12)}, where the branch started: its history was rewritten. Put the work on top of that commit (git rebase ${base.slice(0, 12)}).`;
  return (
    (await refuseByCount(repo, limits, base, tip)) ??
    (await refuseByFiles(repo, limits, base, tip)) ??
    (await refuseBySize(repo, limits, base, tip)) ??
    (await refuseBySubject(repo, base, tip))
  );
}

async function refuseByCount(repo: Repository, limits: GitLimits, base: string, tip: string) {
  const args = ['rev-list', '--count', `--max-count=${limits.maxCommits + 1}`, tip, `^${base}`];
  const outcome = await repo.run.text({ gitDir: repo.gitDir, args });
  if (outcome.exitCode !== 0) throw gitFailure('count the commits that came over', outcome);
  if (Number(outcome.stdout) <= limits.maxCommits) return undefined;
  return `More than ${limits.maxCommits} commits came over. Squash them (git reset --soft ${base.slice(0, 12)}; git commit).`;
}

async function refuseByFiles(repo: Repository, limits: GitLimits, base: string, tip: string) {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', base, tip];
  const outcome = await repo.run.bytes({ gitDir: repo.gitDir, args, env: TREE_BOUND });
  const tooMany = `More than ${limits.maxFiles} files are changed. Are generated files missing from .gitignore?`;
  if (outcome.cut === 'output' || /attempting to allocate/.test(outcome.stderr)) return tooMany;
  if (outcome.exitCode !== 0) throw gitFailure('list the files that came over', outcome);
  // ":OLDMODE NEWMODE OLDSHA NEWSHA STATUS" NUL path NUL
  const fields = Buffer.from(outcome.stdout).toString('utf8').split('\0');
  if (fields.length / 2 > limits.maxFiles) return tooMany;
  for (let at = 0; at + 1 < fields.length; at += 2)
    if (/^:(?!160000)\d+ 160000 /.test(fields[at] ?? ''))
      return `${shown(fields[at + 1])} is a repository of its own (a submodule) that was not there before. Remove it from the commits, or add its files without its .git folder.`;
  return undefined;
}

async function refuseBySize(repo: Repository, limits: GitLimits, base: string, tip: string) {
  const args = ['rev-list', '--objects', '--no-object-names', tip, `^${base}`];
  const objects = await repo.run.bytes({ gitDir: repo.gitDir, args });
  if (objects.exitCode !== 0) throw gitFailure('list the objects that came over', objects);
  const check = ['cat-file', '--batch-check=%(objecttype) %(objectsize) %(objectname)'];
  const sizes = await repo.run.bytes({ gitDir: repo.gitDir, args: check, input: objects.stdout });
  if (sizes.exitCode !== 0) throw gitFailure('measure the objects that came over', sizes);
  const all = Buffer.from(sizes.stdout)
    .toString('latin1')
    .split('\n')
    .map((line) => line.split(' '));
  const wordy = all.find(([kind, size]) => kind === 'commit' && Number(size) > MOST_COMMIT_BYTES);
  if (wordy !== undefined)
    return `The message of commit ${(wordy[2] ?? '').slice(0, 12)} is longer than ${MOST_COMMIT_BYTES / 1024} KB. ${REWRITE}`;
  const big = all.find(([kind, size]) => kind === 'blob' && Number(size) > limits.maxBlobBytes);
  if (big === undefined) return undefined;
  const name = await nameOf(repo, base, tip, big[2] ?? '');
  return `${name} has ${inMb(Number(big[1]))} MB; the limit for one file is ${inMb(limits.maxBlobBytes)} MB. Take it out of the commits, also out of earlier ones.`;
}

/** Control characters move a terminal's cursor, marks of direction show the text in another order than it has. */
const HIDES = /(?!\t)\p{Cc}|[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

async function refuseBySubject(repo: Repository, base: string, tip: string) {
  const args = ['log', '-z', '--no-color', '--no-show-signature', '--no-notes', '--format=%H%x00%s'];
  const outcome = await repo.run.text({
    gitDir: repo.gitDir,
    args: [...args, '--end-of-options', tip, `^${base}`],
  });
  if (outcome.exitCode !== 0) throw gitFailure('read the subjects of the commits that came over', outcome);
  const fields = outcome.stdout.split('\0');
  for (let at = 0; at + 1 < fields.length; at += 2)
    if (HIDES.test(fields[at + 1] ?? ''))
      return `The subject of commit ${(fields[at] ?? '').slice(0, 12)} holds control characters (such as ESC). ${REWRITE}`;
  return undefined;
}

async function nameOf(repo: Repository, base: string, tip: string, oid: string): Promise<string> {
  const args = ['rev-list', '--objects', tip, `^${base}`];
  const outcome = await repo.run.text({ gitDir: repo.gitDir, args });
  const line = outcome.stdout.split('\n').find((each) => each.startsWith(`${oid} `));
  return shown(line?.slice(oid.length + 1) ?? 'a file');
}

/** From index-pack's words to a sentence. */
export function refusalOfPack(outcome: Omit<GitOutcome, 'stdout'>, limits: GitLimits): string {
  const { stderr } = outcome;
  if (outcome.cut === 'timeout') return 'The hand-over did not come to an end in time.';
  for (const [pattern, sentence] of SENTENCES) if (pattern.test(stderr)) return sentence;
  if (/exceeds maximum allowed size/.test(stderr))
    return `The commits are larger than ${inMb(limits.maxPackBytes)} MB. Are generated files missing from .gitignore?`;
  return `What came over did not pass git's checks: ${said(stderr)}`;
}

const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/pack signature mismatch|pack version/, 'What came over is not a pack of commits.'],
  [
    /hasDotgit|hasDot|hasDotdot|fullPathname|emptyName/,
    'The commits hold a path that git forbids, such as .git: nothing was taken.',
  ],
  [
    /gitmodules|gitattributes/i,
    'The commits hold a .gitmodules or .gitattributes file that git forbids: nothing was taken.',
  ],
  [/early EOF|unexpected end|premature end/, 'The hand-over was cut off before its end.'],
  [
    /attempting to allocate/,
    'The commits hold an object that unpacks to far more than the limit for one file.',
  ],
  [
    /SHA1 mismatch|pack is corrupted|inflate|bad object|invalid/i,
    'What came over is damaged: its checksums do not fit.',
  ],
  [
    /unresolved delta|did not receive expected object|not found|missing/i,
    'Objects are missing in what came over.',
  ],
];

function shown(path: string | undefined): string {
  return `\`${(path ?? '').replace(/[\p{C}`]/gu, '').slice(0, 200)}\``;
}

function inMb(bytes: number): number {
  return Math.ceil(bytes / (1024 * 1024));
}
