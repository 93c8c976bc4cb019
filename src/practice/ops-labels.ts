// Labels of a repository and on an issue. Two of one name are allowed: the GitHub face refuses that by itself.
import { demand, demandWritable } from './core.js';
import type { Core } from './core.js';
import type { LabelsEvent } from './events.js';
import { labelsOf, nextId } from './state.js';
import { entry, touch } from './timeline.js';
import type { Account, Issue, Label, Repo } from './types.js';

export function createLabel(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  wanted: { name: string; color: string; description: string },
): Label {
  demand(core, repo, actor, 'write');
  demandWritable(core, repo);
  const label: Label = {
    id: nextId(core.state, 'label'),
    repoId: repo.id,
    name: wanted.name,
    color: wanted.color.replace(/^#/, '').toLowerCase(),
    description: wanted.description,
  };
  core.state.labels.set(label.id, label);
  return label;
}

/** Takes it off every issue too, silently. */
export function deleteLabel(core: Core, repo: Repo, actor: Account | undefined, label: Label): void {
  demand(core, repo, actor, 'write');
  core.state.labels.delete(label.id);
  for (const issue of core.state.issues) issue.labelIds = issue.labelIds.filter((id) => id !== label.id);
}

/** One event always, also when nothing changed. */
export function setLabels(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  issue: Issue,
  how: LabelsEvent['how'],
  labels: readonly Label[],
): void {
  const by = demand(core, repo, actor, 'write');
  demandWritable(core, repo);
  const before = labelsOf(core.state, issue);
  const after = wantedLabels(before, how, labels);
  issue.labelIds = byName(after);
  announceLabels(core, repo, by, issue, how, before);
}

/** For an issue made with labels: they are told once more, in the order they were given. */
export function firstLabels(core: Core, repo: Repo, by: Account, issue: Issue): void {
  announceLabels(core, repo, by, issue, 'add', []);
  issue.labelIds = byName(labelsOf(core.state, issue));
}

function announceLabels(
  core: Core,
  repo: Repo,
  by: Account,
  issue: Issue,
  how: LabelsEvent['how'],
  before: readonly Label[],
): void {
  const after = labelsOf(core.state, issue);
  const added = after.filter((label) => !before.includes(label));
  const removed = before.filter((label) => !after.includes(label));
  for (const label of added)
    core.state.timeline.push({ ...entry(core, issue, by), type: 'label', label, added: true });
  for (const label of removed)
    core.state.timeline.push({ ...entry(core, issue, by), type: 'label', label, added: false });
  if (added.length + removed.length > 0) touch(issue);
  core.emit({ type: 'labels', repo, actor: by, issue, how, added, removed, before });
}

/** As Gitea lists them. */
function byName(labels: readonly Label[]): number[] {
  return [...labels].sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id).map((label) => label.id);
}

function wantedLabels(before: readonly Label[], how: LabelsEvent['how'], labels: readonly Label[]): Label[] {
  switch (how) {
    case 'add':
      return [...new Set([...before, ...labels])];
    case 'remove':
      return before.filter((label) => !labels.includes(label));
    case 'replace':
      return [...new Set(labels)];
    default:
      return [];
  }
}
