// The lines of an issue's history as a Gitea writes them.
import { accountById } from '../state.js';
import type { State } from '../state.js';
import type { Comment, Issue, TimelineEntry } from '../types.js';
import { renderComment, renderLabel, renderMilestone, renderUser, webUrl } from './render.js';
import type { Viewer } from './render.js';

const EMPTY = {
  old_project_id: 0,
  project_id: 0,
  old_milestone: null,
  milestone: null,
  tracked_time: null,
  old_title: '',
  new_title: '',
  old_ref: '',
  new_ref: '',
  ref_issue: null,
  ref_comment: null,
  ref_action: 'none',
  ref_commit_sha: '',
  review_id: 0,
  label: null,
  assignee: null,
  assignee_team: null,
  removed_assignee: false,
  resolve_doer: null,
  dependent_issue: null,
};

export function renderTimelineEntry(state: State, issue: Issue, entry: TimelineEntry, viewer: Viewer) {
  const url = webUrl(state, issue);
  return {
    id: entry.id,
    type: typeOf(entry),
    html_url: `${url}#issuecomment-${entry.id}`,
    pull_request_url: issue.pull === undefined ? '' : url,
    issue_url: issue.pull === undefined ? url : '',
    user: renderUser(state, accountById(state, entry.actorId), viewer),
    // For a label: `1` = put there, empty = taken off.
    body: entry.type === 'label' && entry.added ? '1' : '',
    created_at: entry.at,
    updated_at: entry.at,
    ...EMPTY,
    ...detailsOf(state, entry, viewer),
  };
}

export function renderTimelineComment(state: State, issue: Issue, comment: Comment, viewer: Viewer) {
  const {
    original_author: _a,
    original_author_id: _b,
    assets: _c,
    ...rest
  } = renderComment(state, issue, comment, viewer);
  return { ...rest, type: 'comment', ...EMPTY };
}

function typeOf(entry: TimelineEntry): string {
  switch (entry.type) {
    case 'label':
    case 'milestone':
      return entry.type;
    case 'title':
      return 'change_title';
    case 'assignee':
      return 'assignees';
    case 'closed':
      return 'close';
    case 'reopened':
      return 'reopen';
    default:
      return 'merge_pull';
  }
}

function detailsOf(state: State, entry: TimelineEntry, viewer: Viewer): Record<string, unknown> {
  switch (entry.type) {
    case 'label':
      return { label: renderLabel(state, entry.label) };
    case 'title':
      return { old_title: entry.from, new_title: entry.to };
    case 'assignee':
      return {
        assignee: renderUser(state, accountById(state, entry.assigneeId), viewer),
        removed_assignee: !entry.added,
      };
    case 'milestone': {
      const milestone = state.milestones.get(entry.milestoneId);
      return { milestone: milestone === undefined ? null : renderMilestone(state, milestone) };
    }
    default:
      return {};
  }
}
