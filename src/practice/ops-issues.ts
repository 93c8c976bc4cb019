// Issues: opened, edited, closed, reopened, assigned, locked, deleted. Pull requests share all of it.
import { ADMIN_WORDS, demand, demandWritable } from './core.js';
import type { Core } from './core.js';
import { firstLabels } from './ops-labels.js';
import { accountById, accessOf, allows, nextId, nowIso, Refusal } from './state.js';
import { entry, touch } from './timeline.js';
import type { Account, Issue, Label, Pull, Repo } from './types.js';

export interface NewIssue {
  readonly title: string;
  readonly body: string;
  readonly labels?: readonly Label[] | undefined;
  readonly assignees?: readonly Account[] | undefined;
}

/**
 * Gitea sends `opened` with the labels inside and then the labels once more; so does the event order here. Labels and
 * assignees of someone who may not set them are dropped in silence, as both forges do.
 */
export function openIssue(core: Core, repo: Repo, actor: Account | undefined, wanted: NewIssue): Issue {
  const by = demand(core, repo, actor, 'read');
  demandWritable(core, repo);
  if (wanted.title.trim() === '') throw new Refusal('empty', '[Title]: Required');
  const mayTriage = allows(accessOf(core.state, repo, by), 'write');
  const labels = mayTriage ? (wanted.labels ?? []) : [];
  const issue = addIssue(core, repo, by, wanted, undefined);
  issue.assigneeIds = mayTriage ? (wanted.assignees ?? []).map((account) => account.id) : [];
  issue.labelIds = labels.map((label) => label.id);
  core.emit({ type: 'opened', repo, actor: by, issue });
  if (labels.length > 0) firstLabels(core, repo, by, issue);
  return issue;
}

/** Puts it into the memory under the next number; says nothing. */
export function addIssue(
  core: Core,
  repo: Repo,
  author: Account,
  text: { title: string; body: string },
  pull: Pull | undefined,
): Issue {
  const now = nowIso();
  const issue: Issue = {
    id: nextId(core.state, 'issue'),
    repoId: repo.id,
    number: repo.nextNumber++,
    title: text.title,
    body: text.body,
    state: 'open',
    authorId: author.id,
    labelIds: [],
    assigneeIds: [],
    milestoneId: undefined,
    locked: false,
    createdAt: now,
    updatedAt: now,
    closedAt: undefined,
    pull,
  };
  core.state.issues.push(issue);
  return issue;
}

export interface IssueChange {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  /** Logins' accounts; the whole new list. */
  readonly assignees?: readonly Account[] | undefined;
  readonly milestoneId?: number | undefined;
}

/** By its author or someone who may write. One event per kind of change; nothing changed = no event. */
export function editIssue(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  issue: Issue,
  change: IssueChange,
): void {
  const by = demand(core, repo, actor, 'read');
  demandWritable(core, repo);
  if (issue.authorId !== by.id) demand(core, repo, by, 'write');
  const previous = renamed(core, by, issue, change);
  if (change.assignees !== undefined) assign(core, repo, by, issue, change.assignees);
  if (previous !== undefined) core.emit({ type: 'edited', repo, actor: by, issue, previous });
  if (change.milestoneId !== undefined && change.milestoneId !== issue.milestoneId) {
    core.emit({ type: 'milestoned', repo, actor: by, issue });
    issue.milestoneId = change.milestoneId;
    touch(issue);
    core.state.timeline.push({
      ...entry(core, issue, by),
      type: 'milestone',
      milestoneId: change.milestoneId,
    });
  }
  if (change.state !== undefined) setIssueState(core, repo, by, issue, change.state);
}

/** Closes or reopens; no event when it is so already. Pull requests go through `ops-pulls` for their git checks. */
export function setIssueState(
  core: Core,
  repo: Repo,
  actor: Account,
  issue: Issue,
  wanted: 'open' | 'closed',
  commitSha?: string,
): void {
  if (issue.state === wanted) return;
  if (issue.pull?.merged !== undefined)
    throw new Refusal('invalid', 'cannot change the state of a merged pull request');
  issue.state = wanted;
  touch(issue);
  issue.closedAt = wanted === 'closed' ? issue.updatedAt : undefined;
  const type = wanted === 'closed' ? 'closed' : 'reopened';
  core.state.timeline.push({ ...entry(core, issue, actor), type });
  core.emit({ type, repo, actor, issue, ...(commitSha === undefined ? {} : { commitSha }) });
}

export function lockIssue(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  issue: Issue,
  locked: boolean,
): void {
  demand(core, repo, actor, 'admin', ADMIN_WORDS);
  issue.locked = locked;
}

export function deleteIssue(core: Core, repo: Repo, actor: Account | undefined, issue: Issue): void {
  const by = demand(core, repo, actor, 'admin', ADMIN_WORDS);
  core.state.issues.splice(core.state.issues.indexOf(issue), 1);
  core.emit({ type: 'deleted', repo, actor: by, issue });
}

function renamed(
  core: Core,
  by: Account,
  issue: Issue,
  change: IssueChange,
): { title?: string; body?: string } | undefined {
  const previous: { title?: string; body?: string } = {};
  if (change.title !== undefined && change.title !== issue.title) {
    previous.title = issue.title;
    core.state.timeline.push({
      ...entry(core, issue, by),
      type: 'title',
      from: issue.title,
      to: change.title,
    });
    issue.title = change.title;
  }
  if (change.body !== undefined && change.body !== issue.body) {
    previous.body = issue.body;
    issue.body = change.body;
  }
  if (previous.title === undefined && previous.body === undefined) return undefined;
  touch(issue);
  return previous;
}

function assign(core: Core, repo: Repo, by: Account, issue: Issue, wanted: readonly Account[]): void {
  const before = new Set(issue.assigneeIds);
  const after = new Set(wanted.map((account) => account.id));
  const changed = [...before, ...after].filter((id) => before.has(id) !== after.has(id));
  for (const id of new Set(changed)) {
    const added = after.has(id);
    issue.assigneeIds = added ? [...issue.assigneeIds, id] : issue.assigneeIds.filter((one) => one !== id);
    touch(issue);
    core.state.timeline.push({ ...entry(core, issue, by), type: 'assignee', assigneeId: id, added });
    const assignee = accountById(core.state, id);
    core.emit({ type: added ? 'assigned' : 'unassigned', repo, actor: by, issue, assignee });
  }
}
