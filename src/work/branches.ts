// Which branch a session's work goes to and which commit it starts from; both are chosen once.
import { isNumbered, refOf } from '../domain/refs.js';
import type { Branches, Session } from '../domain/session.js';
import type { Task } from '../domain/task.js';
import type { Forge, Repo } from '../forges/forge.js';
import { branchName } from '../git/branch-name.js';
import type { Mirror } from '../git/git.js';
import { RunFault, type WorkDeps } from './deps.js';

interface Choice {
  readonly forge: Forge;
  readonly repo: Repo;
  readonly mirror: Mirror;
  readonly task: Task;
  readonly session: Session;
}

export async function chooseBranches(deps: WorkDeps, on: Choice): Promise<Branches> {
  const { forge, repo, mirror, task, session } = on;
  const { branch, baseSha } = session;
  if (!session.mayPush && isNumbered(session.subject)) {
    const pull = await forge.getPullRequest(session.subject);
    if (pull.head.repoPath !== repo.ref.path && !deps.sandbox.confines) {
      // An agent may load plugins from what it reads (opencode does): a stranger's code would run as the server's user.
      const why =
        'A pull request from a fork is not checked out without a sandbox (`sandbox: { kind: bubblewrap }`).';
      throw new RunFault('sandbox', why, 'never');
    }
    return {
      branch: branch ?? `kugetsu/reads-${session.subject.number}`,
      baseBranch: pull.base.branch,
      baseSha: pull.head.sha,
    };
  }
  // Until there is a base commit, a later `--base` mends one that does not exist.
  const asked = session.baseSha === undefined ? task.options.base : undefined;
  const baseBranch = asked ?? session.baseBranch ?? repo.defaultBranch;
  const base = baseSha ?? (await mirror.branch(baseBranch));
  if (base === undefined) {
    throw new RunFault(
      'asked',
      `There is no branch \`${baseBranch}\` at the forge to start from. Name another with \`--base\`.`,
      'never',
    );
  }
  return {
    baseBranch,
    baseSha: base,
    branch: branch ?? (await freeBranch(deps, repo, mirror, session)),
  };
}

const MOST_NAMES = 50;

/** The template's name, or the next one with a number: a branch that is at the forge already is never taken over. */
async function freeBranch(deps: WorkDeps, repo: Repo, mirror: Mirror, session: Session): Promise<string> {
  const [owner = '', name = ''] = repo.ref.path.split('/');
  for (let n = 1; n <= MOST_NAMES; n += 1) {
    const candidate = branchName(
      deps.config().branches.template,
      { ref: refOf(session.subject), owner, repo: name },
      n,
    );
    if ((await mirror.branch(candidate)) !== undefined) continue;
    const owned = await deps.store.records.sessions.byBranch(repo.ref, candidate);
    if (owned === undefined || owned.state === 'reaped' || owned.id === session.id) return candidate;
  }
  throw new RunFault(
    'worktree',
    `All ${MOST_NAMES} branch names for this issue are taken at the forge. Delete old ones there.`,
    'never',
  );
}
