// Brings the agent's commits from the worktree into the mirror: git runs inside the sandbox, only a checked pack comes out.
import type { SandboxedProcess } from '../sandbox/sandbox.js';
import type { Branches, Session } from '../domain/session.js';
import { noticed } from '../domain/session-moves.js';
import type { Forge } from '../forges/forge.js';
import { GitError, type Mirror, type Received } from '../git/git.js';
import { handoverCommand, readHandover } from '../git/handover.js';
import { identityOf } from './access.js';
import { abortKind } from './abort.js';
import { RunFault, type WorkDeps } from './deps.js';
import { environmentOf } from './task-environment.js';
import { healIfDamaged } from './mirror-care.js';

export type BroughtOver =
  | {
      readonly ok: true;
      readonly tip: string;
      /** Since the session's base; undefined when there is nothing. */ readonly received:
        | Received
        | undefined;
    }
  /** A sentence for people. The work stays in the worktree. */
  | { readonly ok: false; readonly reason: string };

export interface Handover {
  readonly session: Pick<Session, 'id' | 'subject'> & Pick<Branches, 'baseSha' | 'branch'>;
  readonly workspace: { readonly dir: string; readonly mirror: Mirror };
  readonly runId: string;
  /** Of the commit that takes what the agent left uncommitted. */
  readonly message: string;
  /** Ends it: at once for a `stop`, after a short while for a stop of the server, since a turn's work is behind it. */
  readonly signal: AbortSignal | undefined;
}

const MOST_BYTES = 200 * 1024 * 1024;
const TIMEOUT_MS = 5 * 60_000;
/** What a hand-over may still take when the server stops: usually it is done in less. */
const AT_STOP_MS = 5_000;

/** A hand-over can fail because the worktree borrows from a mirror that is damaged: then once more, with a new mirror. */
export async function bringOver(deps: WorkDeps, handover: Handover): Promise<BroughtOver> {
  const { subject } = handover.session;
  const { mirror } = handover.workspace;
  let failed: BroughtOver | GitError;
  try {
    const over = await handOver(deps, handover);
    if (over.ok) return over;
    failed = over;
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    failed = error;
  }
  if (handover.signal?.aborted === true) {
    if (failed instanceof GitError) throw failed;
    return failed;
  }
  const why = failed instanceof GitError ? failed.message : failed.ok ? '' : failed.reason;
  const healed = await healIfDamaged(deps, { forge: forgeOf(deps, subject), mirror, subject }, why);
  if (healed !== undefined) {
    const notice = { taskId: undefined, text: healed };
    await deps.store.records.sessions.move(handover.session.id, (row) => noticed(row, notice));
    return await handOver(deps, handover);
  }
  if (failed instanceof GitError) throw failed;
  return failed;
}

function forgeOf(deps: WorkDeps, subject: Session['subject']): Forge {
  const forge = deps.forges.get(subject.repo.forge);
  if (forge === undefined)
    throw new RunFault('config', 'The forge of this issue is no longer in the config.', 'never');
  return forge;
}

async function handOver(deps: WorkDeps, handover: Handover): Promise<BroughtOver> {
  const { session, workspace, runId } = handover;
  // Modes first: neither git nor a rename gets into a folder of mode 0555 or 0.
  await deps.git.openTree(workspace.dir);
  const identity = await identityOf(deps, forgeOf(deps, session.subject));
  const child = deps.sandbox.spawn({
    command: handoverCommand({
      base: session.baseSha,
      branch: session.branch,
      message: handover.message,
      identity,
    }),
    cwd: workspace.dir,
    env: environmentOf({ home: '/nonexistent', tmpDir: workspace.dir, facts: {}, identity }),
    readOnly: [workspace.mirror.objectsDir],
    writable: [workspace.dir],
    runId,
  });
  child.stdin.end();
  const forget = endWith(child, handover.signal);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-2_000)));
  try {
    const read = await readHandover(child.stdout, { maxBytes: MOST_BYTES, timeoutMs: TIMEOUT_MS });
    if (read.kind === 'error')
      return { ok: false, reason: `${read.reason}${said === '' ? '' : ` (${said.trim()})`}` };
    if (read.kind === 'none' && read.notes.includes('not-everything-added')) {
      return {
        ok: false,
        reason: 'git could not add what the agent left in the worktree; it is still there.',
      };
    }
    if (read.kind === 'none') return { ok: true, tip: session.baseSha, received: undefined };
    const result = await workspace.mirror.receive({
      pack: read.pack,
      tip: read.tip,
      base: session.baseSha,
      keep: session.id,
    });
    return result.ok ? { ok: true, tip: read.tip, received: result.received } : result;
  } finally {
    forget();
    await child.kill(0);
  }
}

/** The agent may have put anything into its worktree: a pipe that git waits for must not hold back an abort. */
function endWith(child: SandboxedProcess, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => {};
  let timer: NodeJS.Timeout | undefined;
  const end = () => void child.kill(0).catch(() => {});
  const onAbort = () => {
    if (abortKind(signal) === 'stopped') end();
    else timer = setTimeout(end, AT_STOP_MS);
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
}
