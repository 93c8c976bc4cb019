// "Closes #14" in a merged pull request or in a commit on the default branch closes the issue.
import type { Core } from './core.js';
import { findIssue } from './state.js';
import type { Account, Issue, Repo } from './types.js';

const KEYWORD = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b/gi;

type Close = (
  core: Core,
  repo: Repo,
  actor: Account,
  issue: Issue,
  state: 'closed',
  commitSha: string,
) => void;

/** Numbers named after a closing keyword, each once. */
function closingNumbers(text: string): number[] {
  return [...new Set([...text.matchAll(KEYWORD)].map((match) => Number(match[1])))];
}

export function closeByKeywords(
  core: Core,
  repo: Repo,
  actor: Account,
  text: string,
  commitSha: string,
  close: Close,
): void {
  for (const number of closingNumbers(text)) {
    const issue = findIssue(core.state, repo, number);
    if (issue !== undefined && issue.pull === undefined) close(core, repo, actor, issue, 'closed', commitSha);
  }
}
