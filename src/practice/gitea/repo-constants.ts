// What a Gitea tells of every repository and nobody here changes.

/** What is switched on: in a fork only code and pull requests. */
export function unitsOf(isFork: boolean) {
  return {
    has_code: true,
    has_issues: !isFork,
    ...(isFork ? {} : { internal_tracker: TRACKER }),
    has_wiki: !isFork,
    has_pull_requests: true,
    has_projects: !isFork,
    projects_mode: 'all',
    has_releases: !isFork,
    has_packages: !isFork,
    has_actions: !isFork,
  };
}

const TRACKER = {
  enable_time_tracker: true,
  allow_only_contributors_to_track_time: true,
  enable_issue_dependencies: true,
};

export const REPO_CONSTANTS = {
  ignore_whitespace_conflicts: false,
  allow_merge_commits: true,
  allow_rebase: true,
  allow_rebase_explicit: true,
  allow_squash_merge: true,
  allow_fast_forward_only_merge: true,
  allow_rebase_update: true,
  allow_manual_merge: false,
  autodetect_manual_merge: false,
  default_delete_branch_after_merge: false,
  default_merge_style: 'merge',
  default_allow_maintainer_edit: true,
  avatar_url: '',
  internal: false,
  mirror_interval: '',
  object_format_name: 'sha1',
  mirror_updated: '0001-01-01T00:00:00Z',
  topics: [],
  licenses: [],
};
