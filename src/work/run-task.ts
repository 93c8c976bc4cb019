// The story of one run, top to bottom: worktree, prompt, agent, hand-over, end. Each step is a file of its own.
import type { Run } from '../domain/run.js';
import { aboutTask } from '../domain/about.js';
import { hashRef } from '../domain/refs.js';
import { began } from '../domain/session-moves.js';
import type { Task } from '../domain/task.js';
import { judgeFault } from '../forges/passing.js';
import { askForReport } from './queueing.js';
import { describeError } from '../support/errors.js';
import type { Log } from '../support/log.js';
import { abortKind } from './abort.js';
import { runAgentTurn, type TurnEnd } from './agent-turn.js';
import { bringOver } from './bring-over.js';
import { endedAs, type RunResult } from './conclude.js';
import { RunFault, type WorkDeps } from './deps.js';
import { mergeFollowUps } from './follow-ups.js';
import { concludeSurely } from './keep-outcome.js';
import { buildPrompt } from './prompt.js';
import { createProgress } from './progress.js';
import { prepareWorkspace, type Workspace } from './workspace.js';

/** Ends with the task's outcome or its next attempt stored, whatever happens in between. */
export async function runTask(deps: WorkDeps, claimed: Task, signal: AbortSignal): Promise<void> {
  const session = await deps.store.records.sessions.get(claimed.sessionId);
  if (session === undefined) throw new Error(`task ${claimed.id} has no session`);
  const task = await mergeFollowUps(deps, claimed);
  const run = await beginRun(deps, task);
  const keepsSession = (task.options.agent ?? session.agent) === session.agent;
  const progress = createProgress(deps, task, { keepsSession });
  const log = deps.log.child({
    ...aboutTask(task),
    run: run.id,
    attempt: task.attempts,
  });
  log.info('run.begin');
  let workspace: Workspace | undefined;
  let result: RunResult;
  try {
    workspace = await prepareWorkspace(deps, { task, session, runId: run.id, signal });
    result = await work(deps, { task, run, session: workspace.session, workspace, signal, progress });
  } catch (error) {
    result = faultOf(error, signal);
  } finally {
    await workspace?.close();
  }
  tellEnd(log, result);
  const conclusion = { task, run, sessionId: session.id, result, evidence: progress.evidence() };
  await concludeSurely(deps, conclusion, { log, signal });
  deps.wake();
}

/** An attempt that came to nothing is a warning with its reason, also while it will be tried again. */
function tellEnd(log: Log, result: RunResult): void {
  const cameToNothing =
    result.kind === 'fault' ||
    (result.kind === 'turn' && (result.end.kind === 'failed' || result.end.kind === 'timeout'));
  if (cameToNothing) log.warn('run.end', { how: result.kind, why: endedAs(result) });
  else log.info('run.end', { how: endedAs(result) });
}

interface Work {
  readonly task: Task;
  readonly run: Run;
  readonly session: Workspace['session'];
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
  readonly progress: ReturnType<typeof createProgress>;
}

async function work(deps: WorkDeps, on: Work): Promise<RunResult> {
  const { task, run, session, workspace, signal, progress } = on;
  const prompt = await buildPrompt(deps, { task, session, workspace });
  const end: TurnEnd = await runAgentTurn(deps, { task, run, session, workspace, prompt, signal, progress });
  if (end.kind === 'stopped' || end.kind === 'shutdown') return end;
  const over = await bringOver(deps, {
    session,
    workspace,
    runId: run.id,
    message: `kugetsu: work on #${hashRef(session.subject)}`,
    signal,
  });
  if (!over.ok && signal.aborted) return { kind: abortKind(signal) };
  if (!over.ok) return { kind: 'fault', cause: 'handover', message: over.reason, again: 'never' };
  return { kind: 'turn', end, over, branch: session.branch };
}

async function beginRun(deps: WorkDeps, task: Task): Promise<Run> {
  const run: Run = {
    id: deps.newId(),
    taskId: task.id,
    attempt: task.attempts,
    bootId: deps.bootId,
    worker: deps.worker,
    startedAt: deps.now(),
    endedAt: undefined,
    pid: undefined,
    startTicks: undefined,
    evidence: undefined,
    ended: undefined,
  };
  await deps.store.records.runs.add(run);
  await deps.store.records.sessions.move(task.sessionId, began);
  await askForReport(deps.store, task, deps.now());
  deps.wake();
  return run;
}

/** What passes by itself burns no attempt; a refusal is final; anything else is tried again. */
function faultOf(error: unknown, signal: AbortSignal): RunResult {
  if (signal.aborted) return { kind: abortKind(signal) };
  const message = describeError(error);
  if (error instanceof RunFault) return { kind: 'fault', cause: error.code, message, again: error.again };
  const fault = judgeFault(error);
  switch (fault.kind) {
    case 'passing':
      return {
        kind: 'fault',
        cause: fault.because === 'credentials' ? 'auth' : 'forge',
        message,
        again: { retryAfterMs: fault.retryAfterMs },
      };
    case 'refused':
      return { kind: 'fault', cause: 'forge', message, again: 'never' };
    case 'failed':
    case 'unforeseen':
      return { kind: 'fault', cause: 'worktree', message, again: 'attempt' };
  }
}
