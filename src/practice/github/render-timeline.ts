// The history of an issue as GitHub writes it: comments and events in one list, oldest first.
import { accountById, conversationOf, repoById } from '../state.js';
import type { State } from '../state.js';
import type { Issue, TimelineEntry } from '../types.js';
import { nodeId, renderComment, renderUser, repoApi } from './render.js';
import type { Schema } from './schema.js';

type Event = Schema['labeled-issue-event'] | Schema['state-change-issue-event'];

export function renderTimeline(state: State, issue: Issue): (Event | Schema['timeline-comment-event'])[] {
  const entries = state.timeline
    .filter((entry) => entry.repoId === issue.repoId && entry.number === issue.number)
    .map((entry) => renderEntry(state, issue, entry));
  const comments = conversationOf(state, issue).map((comment): Schema['timeline-comment-event'] => {
    const user = renderUser(state, accountById(state, comment.authorId));
    const { body, performed_via_github_app: app, ...rest } = renderComment(state, issue, comment);
    return {
      ...rest,
      event: 'commented',
      id: comment.id,
      actor: user,
      user,
      author_association: rest.author_association ?? 'NONE',
      ...(body === undefined ? {} : { body }),
      ...(app === undefined ? {} : { performed_via_github_app: app }),
    };
  });
  return [...entries, ...comments].sort((a, b) => a.id - b.id);
}

function renderEntry(state: State, issue: Issue, entry: TimelineEntry): Event {
  const api = repoApi(state, repoById(state, issue.repoId));
  const event = {
    id: entry.id,
    node_id: nodeId('E', entry.id),
    url: `${api}/issues/events/${entry.id}`,
    actor: renderUser(state, accountById(state, entry.actorId)),
    event: nameOf(entry),
    commit_id: null,
    commit_url: null,
    created_at: entry.at,
    performed_via_github_app: null,
  };
  return entry.type === 'label'
    ? { ...event, label: { name: entry.label.name, color: entry.label.color } }
    : event;
}

function nameOf(entry: TimelineEntry): string {
  switch (entry.type) {
    case 'label':
      return entry.added ? 'labeled' : 'unlabeled';
    case 'title':
      return 'renamed';
    case 'assignee':
      return entry.added ? 'assigned' : 'unassigned';
    case 'milestone':
      return 'milestoned';
    default:
      return entry.type;
  }
}
