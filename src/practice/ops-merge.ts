// Merging: a real merge commit by git in the bare repository, then everything that follows from it.
import { demand, demandWritable } from './core.js';
import type { Core } from './core.js';
import { setIssueState } from './ops-issues.js';
import { renewFacts } from './ops-pulls.js';
import type { PullIssue } from './ops-pulls.js';
import { branchesMoved } from './ops-push.js';
import { closeByKeywords } from './keywords.js';
import { accessOf, allows, nowIso, Refusal, repoById } from './state.js';
import { entry } from './timeline.js';
import type { Account, Repo } from './types.js';

export interface MergeWish {
  readonly style: 'merge' | 'squash';
  readonly title?: string | undefined;
  readonly message?: string | undefined;
  readonly deleteBranch?: boolean | undefined;
  /** Refused with `exists` when the head is another one by now. */
  readonly expectedHead?: string | undefined;
  /** Set by a face whose drafts are not the flag (Gitea: the title). */
  readonly isDraft?: boolean | undefined;
}

/** Answers the merge commit's sha. Throws `not_mergeable` on a conflict, a draft, or when it is not open. */
export function mergePull(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  issue: PullIssue,
  wish: MergeWish,
): Promise<string> {
  const by = demand(core, repo, actor, 'read');
  demandWritable(core, repo);
  if (!allows(accessOf(core.state, repo, by), 'write'))
    throw new Refusal('not_mergeable', 'User not allowed to merge PR');
  return core.exclusive(repo, async () => {
    if (issue.state === 'closed') throw new Refusal('not_mergeable', 'The pull request is not open');
    if (wish.isDraft ?? issue.pull.draft)
      throw new Refusal('not_mergeable', 'Work in progress PRs cannot be merged');
    await renewFacts(core, repo, issue);
    const { headSha, baseSha } = issue.pull.facts;
    if (wish.expectedHead !== undefined && wish.expectedHead !== headSha)
      throw new Refusal('exists', 'head out of date');
    const sha = await core.git.merge(repo.dir, {
      base: baseSha,
      head: headSha,
      message: mergeMessage(core, repo, issue, wish),
      by: { name: by.login, email: by.email },
      style: wish.style,
    });
    if (sha === undefined) throw new Refusal('not_mergeable', 'Please try again later');
    await core.git.setRef(repo.dir, `refs/heads/${issue.pull.baseBranch}`, sha);
    repo.branches.set(issue.pull.baseBranch, sha);
    await announce(core, repo, by, issue, { sha, baseBefore: baseSha });
    if (wish.deleteBranch === true) await deleteHeadBranch(core, by, issue);
    return sha;
  });
}

/** In the order of the recording: pull request closed, issues closed by keyword, push. */
async function announce(
  core: Core,
  repo: Repo,
  by: Account,
  issue: PullIssue,
  merge: { sha: string; baseBefore: string },
): Promise<void> {
  issue.pull.merged = { sha: merge.sha, at: nowIso(), byId: by.id };
  issue.pull.facts = { ...issue.pull.facts, baseSha: merge.sha };
  issue.state = 'closed';
  issue.closedAt = issue.pull.merged.at;
  issue.updatedAt = issue.pull.merged.at;
  core.state.timeline.push({ ...entry(core, issue, by), type: 'merged' });
  core.emit({ type: 'closed', repo, actor: by, issue });
  if (issue.pull.baseBranch === repo.defaultBranch) {
    closeByKeywords(core, repo, by, `${issue.title}\n${issue.body}`, merge.sha, setIssueState);
  }
  await branchesMoved(core, repo, by, [
    { branch: issue.pull.baseBranch, before: merge.baseBefore, after: merge.sha },
  ]);
}

async function deleteHeadBranch(core: Core, by: Account, issue: PullIssue): Promise<void> {
  const headRepo = repoById(core.state, issue.pull.headRepoId);
  const branch = issue.pull.headBranch;
  const sha = headRepo.branches.get(branch);
  if (
    sha === undefined ||
    branch === headRepo.defaultBranch ||
    !allows(accessOf(core.state, headRepo, by), 'write')
  )
    return;
  await core.git.setRef(headRepo.dir, `refs/heads/${branch}`, '');
  headRepo.branches.delete(branch);
  core.emit({ type: 'branch.deleted', repo: headRepo, actor: by, branch, sha });
}

function mergeMessage(core: Core, repo: Repo, issue: PullIssue, wish: MergeWish): string {
  const { pull } = issue;
  const from =
    pull.headRepoId === repo.id
      ? pull.headBranch
      : `${repoById(core.state, pull.headRepoId).name}:${pull.headBranch}`;
  const title =
    wish.title ??
    `Merge pull request '${issue.title}' (#${issue.number}) from ${from} into ${pull.baseBranch}`;
  return wish.message === undefined || wish.message === '' ? `${title}\n` : `${title}\n\n${wish.message}\n`;
}
