// The bodies of Gitea's deliveries, in the recorded order of keys, with the recorded lies.
import type { AssignEvent, LabelsEvent, PracticeEvent, ReviewEvent, SubjectEvent } from '../events.js';
import { isPull } from '../ops-pulls.js';
import type { PullIssue } from '../ops-pulls.js';
import { accessOf, accountById, labelsOf } from '../state.js';
import type { State } from '../state.js';
import type { Access, Account, Issue, Label, Repo } from '../types.js';
import { commentPayload } from './payload-comment.js';
import { branchPayload, pushPayload, statusPayload, testPayload } from './payload-push.js';
import { renderPull } from './render-pull.js';
import { renderIssue, renderRepo, renderUser } from './render.js';

export interface Payload {
  /** `X-Gitea-Event-Type` */
  readonly eventType: string;
  readonly body: Record<string, unknown>;
}

/** Undefined for what a Gitea sends nothing about (a rename, the making of a hook). */
export function payloadOf(state: State, event: PracticeEvent): Payload | undefined {
  switch (event.type) {
    case 'opened':
      if (event.movedFrom !== undefined) return undefined;
      return subjectPayload(state, event, isPull(event.issue) ? 'pull_request' : 'issues', event.type);
    case 'edited':
    case 'closed':
    case 'reopened':
    case 'deleted':
      return subjectPayload(state, event, isPull(event.issue) ? 'pull_request' : 'issues', event.type);
    case 'milestoned':
      return subjectPayload(
        state,
        event,
        isPull(event.issue) ? 'pull_request_milestone' : 'issue_milestone',
        event.type,
      );
    case 'labels':
      return labelsPayload(state, event);
    case 'assigned':
    case 'unassigned':
      return assignPayload(state, event);
    case 'comment.created':
    case 'comment.edited':
    case 'comment.deleted':
      return commentPayload(state, event);
    case 'synchronized':
      return pulled(state, event, event.issue, 'pull_request_sync', 'synchronized');
    case 'review.requested':
      return pulled(state, event, event.issue, 'pull_request_review_request', 'review_requested', {
        reviewer: event.reviewer,
      });
    case 'reviewed':
      return reviewPayload(state, event);
    case 'push':
      return pushPayload(state, event);
    case 'branch.created':
    case 'branch.deleted':
      return branchPayload(state, event);
    case 'status':
      return statusPayload(state, event);
    case 'hook.test':
      return testPayload(state, event);
    default:
      return undefined;
  }
}

function subjectPayload(state: State, event: SubjectEvent, eventType: string, action: string): Payload {
  const previous = event.previous;
  const changes = previous && {
    ...(previous.title === undefined ? {} : { title: { from: previous.title } }),
    ...(previous.body === undefined ? {} : { body: { from: previous.body } }),
    added_labels: null,
    removed_labels: null,
  };
  if (isPull(event.issue))
    return pulled(state, event, event.issue, eventType, action, changes === undefined ? {} : { changes });
  return {
    eventType,
    body: {
      action,
      number: event.issue.number,
      ...(changes === undefined ? {} : { changes }),
      issue: renderIssue(state, event.issue, undefined),
      repository: renderRepo(
        state,
        event.repo,
        action === 'deleted' ? accessOf(state, event.repo, event.actor) : authorAccess(state, event),
      ),
      sender: renderUser(state, event.actor, undefined),
      commit_id: event.commitSha ?? '',
    },
  };
}

/** In deliveries about an issue the rights shown are its author's, whoever acted. */
function authorAccess(state: State, event: { repo: Repo; issue: Issue }): Access {
  return accessOf(state, event.repo, accountById(state, event.issue.authorId));
}

/** The lies: after "clear all" the labels from before are listed, after "replace" none. */
function labelsPayload(state: State, event: LabelsEvent): Payload {
  const action = event.how === 'clear' ? 'label_cleared' : 'label_updated';
  const told: readonly Label[] =
    event.how === 'clear' ? event.before : event.how === 'replace' ? [] : labelsOf(state, event.issue);
  if (isPull(event.issue))
    return pulled(state, event, event.issue, 'pull_request_label', action, { labels: told });
  return {
    eventType: 'issue_label',
    body: {
      action,
      number: event.issue.number,
      issue: renderIssue(state, event.issue, undefined, told),
      repository: renderRepo(state, event.repo, authorAccess(state, event)),
      sender: renderUser(state, event.actor, undefined),
      commit_id: '',
    },
  };
}

function assignPayload(state: State, event: AssignEvent): Payload {
  if (isPull(event.issue)) return pulled(state, event, event.issue, 'pull_request_assign', event.type);
  return {
    eventType: 'issue_assign',
    body: {
      action: event.type,
      number: event.issue.number,
      issue: renderIssue(state, event.issue, undefined),
      repository: renderRepo(state, event.repo, authorAccess(state, event)),
      sender: renderUser(state, event.actor, undefined),
      commit_id: '',
    },
  };
}

/** The reviewer is the sender; neither id nor state nor commit of the review is told. */
function reviewPayload(state: State, event: ReviewEvent): Payload | undefined {
  const word = {
    approved: 'approved',
    changes_requested: 'rejected',
    commented: 'comment',
    requested: undefined,
    dismissed: undefined,
  }[event.review.state];
  if (word === undefined) return undefined;
  const type = `pull_request_review_${word}`;
  return pulled(state, event, event.issue, type, 'reviewed', {
    reviewer: event.actor,
    review: { type, content: event.review.body },
    access: 'read',
  });
}

interface PullExtras {
  readonly changes?: Record<string, unknown>;
  readonly labels?: readonly Label[];
  readonly reviewer?: Account;
  readonly review?: { type: string; content: string };
  readonly access?: Access;
}

/** The rights shown: the author's; an owner's for labels and new commits; a reader's for reviews. */
function pulled(
  state: State,
  event: { repo: Repo; actor: Account; issue: Issue },
  issue: Issue,
  eventType: string,
  action: string,
  extras: PullExtras = {},
): Payload {
  const access = extras.access ?? pullAccess(state, event, eventType, action);
  const { actor } = event;
  return {
    eventType,
    body: {
      action,
      number: issue.number,
      ...(extras.changes === undefined ? {} : { changes: extras.changes }),
      pull_request: renderPull(state, issue as PullIssue, actor, {
        anonymous: true,
        ...(extras.labels === undefined ? {} : { labels: extras.labels }),
      }),
      requested_reviewer:
        extras.reviewer === undefined ? null : renderUser(state, extras.reviewer, undefined),
      repository: renderRepo(state, event.repo, access),
      sender: renderUser(state, actor, undefined),
      commit_id: '',
      review: extras.review ?? null,
    },
  };
}

function pullAccess(
  state: State,
  event: { repo: Repo; actor: Account; issue: Issue },
  eventType: string,
  action: string,
): Access {
  if (eventType === 'pull_request_label' || eventType === 'pull_request_sync') return 'admin';
  if (action === 'closed' && event.issue.pull?.merged !== undefined)
    return accessOf(state, event.repo, event.actor);
  return authorAccess(state, event);
}
