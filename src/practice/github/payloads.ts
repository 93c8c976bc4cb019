// The bodies of GitHub's deliveries, one list for each thing that happened: some happenings are several deliveries.
import type { PracticeEvent, SubjectEvent } from '../events.js';
import { isPull } from '../ops-pulls.js';
import type { State } from '../state.js';
import type { Issue } from '../types.js';
import { commentPayloads, reviewPayloads } from './payload-talk.js';
import { branchPayload, pushPayload } from './payload-push.js';
import { renderIssue, renderLabel, renderRepo, renderUser } from './render.js';
import { renderPull } from './render-pull.js';

/** `body` without repository and sender, which all have. */
export interface Payload {
  readonly event: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export function payloadsOf(state: State, event: PracticeEvent): Payload[] {
  switch (event.type) {
    case 'opened':
    case 'edited':
    case 'closed':
    case 'reopened':
    case 'deleted':
    case 'milestoned':
      return [onSubject(state, event.issue, event.type, changesOf(state, event))];
    case 'labels':
      return labelPayloads(state, event);
    case 'assigned':
    case 'unassigned':
      return [onSubject(state, event.issue, event.type, { assignee: renderUser(state, event.assignee) })];
    case 'comment.created':
    case 'comment.edited':
    case 'comment.deleted':
      return commentPayloads(state, event);
    case 'synchronized': {
      const moved = { before: event.before, after: event.after };
      return [onSubject(state, event.issue, 'synchronize', moved)];
    }
    case 'ready_for_review':
    case 'converted_to_draft':
      return [onSubject(state, event.issue, event.type)];
    case 'review.requested':
      return [
        onSubject(state, event.issue, 'review_requested', {
          requested_reviewer: renderUser(state, event.reviewer),
        }),
      ];
    case 'reviewed':
      return reviewPayloads(state, event);
    default:
      return onRepository(state, event);
  }
}

type OnRepository = Extract<
  PracticeEvent,
  {
    type:
      | 'push'
      | 'branch.created'
      | 'branch.deleted'
      | 'hook.created'
      | 'hook.test'
      | 'repo.renamed'
      | 'repo.archived'
      | 'status';
  }
>;

function onRepository(state: State, event: OnRepository): Payload[] {
  switch (event.type) {
    case 'push':
      return [pushPayload(state, event)];
    case 'branch.created':
    case 'branch.deleted':
      return [branchPayload(event)];
    case 'hook.created':
    case 'hook.test':
      return [{ event: 'ping', body: { zen: 'Keep it logically awesome.', hook_id: event.hook.id } }];
    case 'repo.renamed': {
      const changes = { repository: { name: { from: event.previousName } } };
      return [{ event: 'repository', body: { action: 'renamed', changes } }];
    }
    case 'repo.archived':
      return [{ event: 'repository', body: { action: 'archived' } }];
    default: {
      const { sha, state: result, context } = event.status;
      return [{ event: 'status', body: { sha, state: result, context } }];
    }
  }
}

/** `issues` or `pull_request`. */
function onSubject(
  state: State,
  issue: Issue,
  action: string,
  more: Readonly<Record<string, unknown>> = {},
): Payload {
  if (!isPull(issue)) {
    return { event: 'issues', body: { action, issue: renderIssue(state, issue), ...more } };
  }
  const pull = renderPull(state, issue, undefined);
  return { event: 'pull_request', body: { action, number: issue.number, pull_request: pull, ...more } };
}

function changesOf(state: State, event: SubjectEvent): Record<string, unknown> {
  if (event.movedFrom !== undefined) {
    const { repo, issue } = event.movedFrom;
    const changes = {
      old_issue: renderIssue(state, issue),
      old_repository: renderRepo(state, repo, undefined),
    };
    return { changes };
  }
  if (event.previous === undefined) return {};
  const entries = Object.entries(event.previous).map(([key, from]) => [key, { from }]);
  return { changes: Object.fromEntries(entries) as unknown };
}

/** One for each label that came or went; nothing where nothing changed. */
function labelPayloads(state: State, event: Extract<PracticeEvent, { type: 'labels' }>): Payload[] {
  const one = (action: string) => (label: (typeof event.added)[number]) =>
    onSubject(state, event.issue, action, { label: renderLabel(state, event.repo, label) });
  return [...event.removed.map(one('unlabeled')), ...event.added.map(one('labeled'))];
}
