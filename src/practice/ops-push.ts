// What follows when branches moved, by a push or by a merge: deliveries, pull requests in step, issues closed by keyword.
import type { Core } from './core.js';
import { ZERO_SHA } from './git-store.js';
import { closeByKeywords } from './keywords.js';
import { setIssueState } from './ops-issues.js';
import { closePullsOf, openPullsFrom, openPullsInto, renewFacts } from './ops-pulls.js';
import { nowIso, repoById } from './state.js';
import type { Account, Repo } from './types.js';

export interface Move {
  readonly branch: string;
  /** Empty: the branch is new. */
  readonly before: string;
  /** Empty: the branch is gone. */
  readonly after: string;
}

const MOST_COMMITS = 30;

/** Reads the branches from the disk and tells what is different from what was known. Call it inside `exclusive`. */
export async function afterReceive(core: Core, repo: Repo, actor: Account): Promise<Move[]> {
  const before = repo.branches;
  const after = await core.git.branches(repo.dir);
  const names = new Set([...before.keys(), ...after.keys()]);
  const moves = [...names]
    .map((branch) => ({ branch, before: before.get(branch) ?? '', after: after.get(branch) ?? '' }))
    .filter((move) => move.before !== move.after);
  repo.branches = after;
  await branchesMoved(core, repo, actor, moves);
  return moves;
}

/** `repo.branches` already tells the new state. */
export async function branchesMoved(
  core: Core,
  repo: Repo,
  actor: Account,
  moves: readonly Move[],
): Promise<void> {
  for (const move of moves) {
    repo.updatedAt = nowIso();
    if (move.after === '') {
      core.emit({ type: 'branch.deleted', repo, actor, branch: move.branch, sha: move.before });
      closePullsOf(core, repo, move.branch, actor);
      continue;
    }
    if (move.before === '')
      core.emit({ type: 'branch.created', repo, actor, branch: move.branch, sha: move.after });
    await announcePush(core, repo, actor, move);
    await renewPulls(core, repo, actor, move);
  }
}

async function announcePush(core: Core, repo: Repo, actor: Account, move: Move): Promise<void> {
  const isDefault = move.branch === repo.defaultBranch;
  const { commits, compareFrom } = await pushedCommits(core, repo, move);
  const forced = move.before !== '' && !(await core.git.isAncestor(repo.dir, move.before, move.after));
  if (isDefault && move.before !== '') {
    for (const commit of [...commits].reverse()) {
      if (!isMergeOfPull(core, commit.sha))
        closeByKeywords(core, repo, actor, commit.message, commit.sha, setIssueState);
    }
  }
  core.emit({
    type: 'push',
    repo,
    actor,
    ref: `refs/heads/${move.branch}`,
    before: move.before === '' ? ZERO_SHA : move.before,
    after: move.after,
    forced,
    commits: commits.slice(0, MOST_COMMITS),
    totalCommits: commits.length,
    compareFrom,
  });
}

/** A new branch is told from the default branch's tip; one with nothing of its own lists everything below it. */
async function pushedCommits(core: Core, repo: Repo, move: Move) {
  const list = (range: string) => core.git.commits(repo.dir, [range]);
  if (move.before !== '')
    return { commits: await list(`${move.before}..${move.after}`), compareFrom: move.before };
  const tip = repo.branches.get(repo.defaultBranch);
  if (tip === undefined || move.branch === repo.defaultBranch)
    return { commits: await list(move.after), compareFrom: ZERO_SHA };
  const own = await list(`${tip}..${move.after}`);
  if (own.length > 0) return { commits: own, compareFrom: tip };
  return { commits: await list(move.after), compareFrom: repo.defaultBranch };
}

/** A merge closes by the pull request's own text, once. */
function isMergeOfPull(core: Core, sha: string): boolean {
  return core.state.issues.some((issue) => issue.pull?.merged?.sha === sha);
}

async function renewPulls(core: Core, repo: Repo, actor: Account, move: Move): Promise<void> {
  for (const issue of openPullsFrom(core, repo, move.branch)) {
    const before = issue.pull.facts.headSha;
    const base = repoById(core.state, issue.repoId);
    await renewFacts(core, base, issue);
    issue.updatedAt = nowIso();
    core.emit({ type: 'synchronized', repo: base, actor, issue, before, after: issue.pull.facts.headSha });
  }
  for (const issue of openPullsInto(core, repo, move.branch)) await renewFacts(core, repo, issue);
}
