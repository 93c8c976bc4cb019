// Pull requests: opened from a branch of the repository or of a fork, edited, kept in step with git.
import { demand, demandWritable } from './core.js';
import type { Core } from './core.js';
import { addIssue, editIssue, setIssueState } from './ops-issues.js';
import type { IssueChange } from './ops-issues.js';
import { findAccount, nextId, Refusal, repoById } from './state.js';
import { touch } from './timeline.js';
import type { Account, Issue, Pull, Repo } from './types.js';

export interface NewPull {
  /** A branch, or `OWNER:branch` of that owner's fork. */
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft?: boolean | undefined;
}

/** An issue that is a pull request. */
export type PullIssue = Issue & { readonly pull: Pull };

export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== undefined;
}

/** Throws `not_found` for an unknown branch, `no_changes`, and `exists` when one is open for the same two branches. */
export function openPull(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  wanted: NewPull,
): Promise<PullIssue> {
  const by = demand(core, repo, actor, 'read');
  demandWritable(core, repo);
  if (wanted.title.trim() === '') throw new Refusal('empty', '[Title]: Required');
  const head = findHead(core, repo, wanted.head);
  return core.exclusive(repo, async () => {
    const headSha = head.repo.branches.get(head.branch);
    const baseSha = repo.branches.get(wanted.base);
    if (headSha === undefined || baseSha === undefined) throw new Refusal('not_found', 'not found');
    refuseTwin(core, repo, head, wanted.base);
    if (head.repo.id !== repo.id)
      await core.git.fetchObjects(
        repo.dir,
        head.repo.dir,
        `refs/heads/${head.branch}`,
        scratchRef(head.repo),
      );
    const facts = await core.git.facts(repo.dir, baseSha, headSha);
    if (facts.commits === 0)
      throw new Refusal(
        'no_changes',
        'Invalid PullRequest: There are no changes between the head and the base',
      );
    const pull: Pull = {
      id: nextId(core.state, 'pull'),
      headRepoId: head.repo.id,
      headBranch: head.branch,
      baseBranch: wanted.base,
      draft: wanted.draft ?? false,
      requestedReviewerIds: [],
      merged: undefined,
      facts,
    };
    const issue = { ...addIssue(core, repo, by, wanted, pull), pull };
    core.state.issues.splice(-1, 1, issue);
    await core.git.setRef(repo.dir, `refs/pull/${issue.number}/head`, headSha);
    core.emit({ type: 'opened', repo, actor: by, issue });
    return issue;
  });
}

export interface PullChange extends IssueChange {
  readonly base?: string | undefined;
  readonly draft?: boolean | undefined;
}

export async function editPull(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  issue: PullIssue,
  change: PullChange,
): Promise<void> {
  if (change.state === 'open' && issue.state === 'closed') await renewFacts(core, repo, issue);
  const draft = change.draft;
  editIssue(core, repo, actor, issue, change);
  if (draft !== undefined && draft !== issue.pull.draft && actor !== undefined) {
    issue.pull.draft = draft;
    touch(issue);
    core.emit({ type: draft ? 'converted_to_draft' : 'ready_for_review', repo, actor, issue });
  }
  if (change.base === undefined || change.base === issue.pull.baseBranch) return;
  if (!repo.branches.has(change.base)) throw new Refusal('not_found', 'not found');
  issue.pull.baseBranch = change.base;
  await renewFacts(core, repo, issue);
}

/** Asks git anew; the head stays what it was when its branch is gone. */
export async function renewFacts(core: Core, repo: Repo, issue: PullIssue): Promise<void> {
  const { pull } = issue;
  const headRepo = core.state.repos.get(pull.headRepoId);
  const headSha = headRepo?.branches.get(pull.headBranch) ?? pull.facts.headSha;
  const baseSha = repo.branches.get(pull.baseBranch) ?? pull.facts.baseSha;
  if (headRepo !== undefined && headRepo.id !== repo.id && headRepo.branches.has(pull.headBranch)) {
    await core.git.fetchObjects(
      repo.dir,
      headRepo.dir,
      `refs/heads/${pull.headBranch}`,
      scratchRef(headRepo),
    );
  }
  pull.facts = await core.git.facts(repo.dir, baseSha, headSha);
  await core.git.setRef(repo.dir, `refs/pull/${issue.number}/head`, headSha);
}

/** Closes the open pull requests whose head branch is gone, as both forges do. */
export function closePullsOf(core: Core, headRepo: Repo, branch: string, actor: Account): void {
  for (const issue of openPullsFrom(core, headRepo, branch)) {
    setIssueState(core, repoById(core.state, issue.repoId), actor, issue, 'closed');
  }
}

export function openPullsFrom(core: Core, headRepo: Repo, branch: string): PullIssue[] {
  return pullsWhere(
    core,
    (issue) => issue.pull.headRepoId === headRepo.id && issue.pull.headBranch === branch,
  );
}

export function openPullsInto(core: Core, repo: Repo, branch: string): PullIssue[] {
  return pullsWhere(core, (issue) => issue.repoId === repo.id && issue.pull.baseBranch === branch);
}

export function pullsOf(core: Core, repo: Repo): PullIssue[] {
  return core.state.issues.filter(isPull).filter((issue) => issue.repoId === repo.id);
}

/** `refs/pull/N/head` once the branch is gone: what Gitea then tells as the head's ref. */
export function headBranchExists(core: Pick<Core, 'state'>, pull: Pull): boolean {
  return core.state.repos.get(pull.headRepoId)?.branches.has(pull.headBranch) ?? false;
}

function pullsWhere(core: Core, test: (issue: PullIssue) => boolean): PullIssue[] {
  return core.state.issues.filter(isPull).filter((issue) => issue.state === 'open' && test(issue));
}

function findHead(core: Core, repo: Repo, head: string): { repo: Repo; branch: string } {
  const colon = head.indexOf(':');
  if (colon < 0) return { repo, branch: head };
  const owner = findAccount(core.state, head.slice(0, colon));
  const branch = head.slice(colon + 1);
  if (owner?.id === repo.ownerId) return { repo, branch };
  const fork = [...core.state.repos.values()].find(
    (one) => one.ownerId === owner?.id && one.parentId === repo.id,
  );
  if (fork === undefined) throw new Refusal('not_found', 'not found');
  return { repo: fork, branch };
}

function refuseTwin(core: Core, repo: Repo, head: { repo: Repo; branch: string }, base: string): void {
  const twin = openPullsFrom(core, head.repo, head.branch).find(
    (i) => i.repoId === repo.id && i.pull.baseBranch === base,
  );
  if (twin === undefined) return;
  const ids = `id: ${twin.pull.id}, issue_id: ${twin.number}, head_repo_id: ${head.repo.id}, base_repo_id: ${repo.id}`;
  throw new Refusal(
    'exists',
    `pull request already exists for these targets [${ids}, head_branch: ${head.branch}, base_branch: ${base}]`,
  );
}

function scratchRef(fork: Repo): string {
  return `refs/practice/fork-${fork.id}`;
}
