// One commit to one branch of the forge, under a lease; and what a branch is there now.
import type { GitAccess } from '../forges/forge.js';
import type { Log } from '../support/log.js';
import { ARCHIVED, gitFailure, said } from './failure.js';
import { GitError, type PushResult } from './git.js';
import { checkedBranch, checkedSha } from './names.js';
import type { Repository } from './read.js';
import type { GitOutcome } from './run.js';

interface PushOptions {
  readonly access: GitAccess;
  readonly sha: string;
  readonly branch: string;
  readonly expected: string | undefined;
}

/**
 * `expected` is the sha last seen at the forge, undefined when the branch must not exist. A branch that is at `sha` already
 * is a success, so a push may be repeated. Throws `GitError` only for a fault of our own (no such commit).
 */
export async function pushBranch(repo: Repository & { log: Log }, options: PushOptions): Promise<PushResult> {
  const { access, expected } = options;
  const sha = checkedSha(options.sha, 'the commit to push');
  const ref = `refs/heads/${checkedBranch(options.branch)}`;
  const lease = expected === undefined ? '' : checkedSha(expected, 'the expected commit');
  const args = (url: string) => [
    'push',
    '--porcelain',
    '--no-verify',
    '--no-follow-tags',
    '--no-signed',
    '--recurse-submodules=no',
    `--force-with-lease=${ref}:${lease}`,
    '--',
    url,
    `${sha}:${ref}`,
  ];
  const outcome = await repo.run.network(access, { gitDir: repo.gitDir, args });
  const result = readPush(outcome, `push ${options.branch} of ${repo.name}`, access.password);
  const about = { mirror: repo.name, branch: options.branch, sha };
  if (result.ok) repo.log.info('pushed', { ...about, result: 'ok' });
  else repo.log.warn('pushed', { ...about, result: result.cause, why: result.message });
  return result;
}

/** Throws `GitError` when the forge cannot be asked. */
export async function remoteBranch(
  repo: Repository,
  access: GitAccess,
  branch: string,
): Promise<string | undefined> {
  const ref = `refs/heads/${checkedBranch(branch)}`;
  const outcome = await repo.run.network(access, { args: (url) => ['ls-remote', '--', url, ref] });
  const doing = `ask for the branch ${branch} of ${repo.name}`;
  if (outcome.exitCode !== 0) throw gitFailure(doing, outcome, access.password);
  // The pattern also matches the end of longer names: only the exact one counts.
  const line = outcome.stdout.split('\n').find((each) => each.endsWith(`\t${ref}`));
  return line?.slice(0, line.indexOf('\t'));
}

/** `!` in the porcelain output is the forge's answer to this ref; without one the command as a whole failed. */
function readPush(outcome: GitOutcome, doing: string, secret: string): PushResult {
  if (outcome.exitCode === 0) return { ok: true };
  const answer = outcome.stdout.split('\n').find((line) => line.startsWith('!\t'));
  if (answer === undefined || outcome.cut !== undefined) {
    const error = gitFailure(doing, outcome, secret);
    // A commit that the mirror does not hold also ends the connection.
    return fromFailure(
      /fatal: bad object|pack-objects died|not a git repository|bad config/.test(outcome.stderr)
        ? new GitError('failed', error.message)
        : error,
    );
  }
  const verdict = answer.split('\t').at(-1) ?? '';
  const remote = outcome.stderr.split('\n').filter((line) => SAYS_SOMETHING.test(line));
  const message = said([`! ${verdict}`, ...remote].join('\n'), secret);
  if (ARCHIVED.test(outcome.stderr)) return { ok: false, cause: 'archived', message };
  return { ok: false, cause: wantsRights(verdict, remote) ? 'forbidden' : causeOf(verdict), message };
}

/** Gitea frames its words with empty lines of the same beginning. */
const SAYS_SOMETHING = /^remote:\s*(?!error:\s*$)\S/;

/** Gitea lets whoever may read a repository come as far as its hook, which then says this, or nothing in older ones. */
function wantsRights(verdict: string, remote: readonly string[]): boolean {
  if (!/pre-receive hook declined/.test(verdict)) return false;
  return remote.length === 0 || remote.some((line) => /\bpermission denied for writing\b/i.test(line));
}

/** Texts of git 2.39 and of the recorded Gitea: "stale info", "non-fast-forward", "pre-receive hook declined". */
function causeOf(verdict: string): 'stale' | 'refused' | 'unavailable' {
  if (
    /stale info|non-fast-forward|fetch first|cannot lock ref|failed to update ref|already exists/.test(
      verdict,
    )
  )
    return 'stale';
  if (/internal (server )?error|remote failed to report status|timed? ?out/i.test(verdict))
    return 'unavailable';
  return 'refused';
}

/** `not_found`: renamed (a fresh address helps) or gone (it does not); the caller's tries are counted. */
function fromFailure(error: GitError): PushResult {
  const { code, message } = error;
  if (code === 'failed') throw error;
  return { ok: false, cause: code === 'timeout' || code === 'not_found' ? 'unavailable' : code, message };
}
