// Names of events: what a hook may ask for, and what the three header names of a delivery say.

const ISSUES = ['issues', 'issue_assign', 'issue_label', 'issue_milestone', 'issue_comment'];
const PULLS = [
  'pull_request',
  'pull_request_assign',
  'pull_request_label',
  'pull_request_milestone',
  'pull_request_comment',
  'pull_request_review',
  'pull_request_sync',
  'pull_request_review_request',
];
const OTHERS = [
  'create',
  'delete',
  'fork',
  'push',
  'repository',
  'release',
  'wiki',
  'package',
  'status',
  'workflow_run',
  'workflow_job',
];
const ALL = new Set([...ISSUES, ...PULLS, ...OTHERS]);

/** `issues` and `pull_request` stand for all of theirs; `…_only` for the one; unknown names are dropped; none = push only. */
export function expandEvents(wanted: readonly string[]): string[] {
  const names = wanted.flatMap((name) => {
    if (name === 'issues') return ISSUES;
    if (name === 'pull_request') return PULLS;
    return [name.replace(/_only$/, '')];
  });
  const known = [...new Set(names)].filter((name) => ALL.has(name));
  return known.length === 0 ? ['push'] : known;
}

/** `issue_comment` for a comment on a pull request too: the coarse name of `X-Gitea-Event`. */
export function coarseName(eventType: string): string {
  switch (eventType) {
    case 'issue_assign':
    case 'issue_label':
    case 'issue_milestone':
      return 'issues';
    case 'pull_request_comment':
      return 'issue_comment';
    case 'pull_request_assign':
    case 'pull_request_label':
    case 'pull_request_milestone':
    case 'pull_request_sync':
    case 'pull_request_review_request':
      return 'pull_request';
    case 'pull_request_review_approved':
      return 'pull_request_approved';
    case 'pull_request_review_rejected':
      return 'pull_request_rejected';
    case 'pull_request_review_comment':
      return 'pull_request_comment';
    default:
      return eventType;
  }
}

export function isSubscribed(events: readonly string[], eventType: string): boolean {
  const name = /^pull_request_review_(approved|rejected|comment)$/.test(eventType)
    ? 'pull_request_review'
    : eventType;
  return events.includes(name);
}
