// How a run ends: its result becomes the task's outcome or its next attempt, stored in one transaction.
import type { FailureClass } from '../agents/agent.js';
import { isNumbered } from '../domain/refs.js';
import type { Evidence, Run } from '../domain/run.js';
import { publishOf } from '../domain/order.js';
import type { Session } from '../domain/session.js';
import { asked, failed, freed, timedOut, worked } from '../domain/session-moves.js';
import type { FailureCause, Task, TaskOutcome } from '../domain/task.js';
import { placeOrder } from '../store/place-order.js';
import type { AttemptEnd } from '../store/queue.js';
import type { Tables } from '../store/store.js';
import { askForFinal, askForReport } from './queueing.js';
import { afterCrash, whileForgeIsAway } from './again.js';
import type { TurnEnd } from './agent-turn.js';
import type { BroughtOver } from './bring-over.js';
import type { WorkDeps } from './deps.js';
import { limitsOf } from './limits.js';

export type RunResult =
  | {
      readonly kind: 'turn';
      readonly end: Exclude<TurnEnd, { kind: 'stopped' } | { kind: 'shutdown' }>;
      readonly over: Extract<BroughtOver, { ok: true }>;
      readonly branch: string | undefined;
    }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'shutdown' }
  | {
      readonly kind: 'fault';
      readonly cause: FailureCause;
      readonly message: string;
      readonly again: 'never' | 'attempt' | AwayForge;
    };

/** The forge cannot be asked now: what passes by itself is waited for. */
export interface AwayForge {
  readonly retryAfterMs: number | undefined;
}

export interface Conclusion {
  readonly task: Task;
  readonly run: Run;
  readonly sessionId: string;
  readonly result: RunResult;
  readonly evidence: Evidence | undefined;
}

/** What is written: the end of the attempt, what happened to the session, whether commits have to be brought to the forge. */
interface Verdict {
  readonly end: AttemptEnd | undefined;
  readonly move: (session: Session) => Session;
  readonly publish: { tip: string; draft: boolean } | undefined;
}

export async function conclude(deps: WorkDeps, on: Conclusion): Promise<void> {
  const now = deps.now();
  await deps.store.transaction(async (tables) => {
    const session = await tables.records.sessions.get(on.sessionId);
    if (session === undefined) throw new Error(`session ${on.sessionId} is gone`);
    const verdict = judge(deps, on, session, now);
    await tables.records.runs.end(on.run.id, { now, ended: endedAs(on.result), evidence: on.evidence });
    await tables.records.sessions.move(session.id, verdict.move);
    if (verdict.end === undefined) return;
    const mine = await tables.queue.finish(on.task.id, on.task.fence, { ...verdict.end, now });
    // Somebody else ended it (stop, the pull request's end): then its outcome and its final comment are theirs.
    if (!mine) return;
    await askForReport(tables, on.task, now);
    if ('outcome' in verdict.end) await askForWhatFollows(tables, on.task, session, verdict, now);
  });
}

async function askForWhatFollows(
  tables: Tables,
  task: Task,
  session: Session,
  verdict: Verdict,
  now: number,
): Promise<void> {
  if (verdict.publish === undefined) return await askForFinal(tables, task, now);
  const order = publishOf(task, { sessionId: session.id, ...verdict.publish });
  await placeOrder(tables, order, { now });
}

function judge(deps: WorkDeps, on: Conclusion, session: Session, now: number): Verdict {
  const { result, task } = on;
  const move = (row: Session) => freed(row, now);
  switch (result.kind) {
    case 'stopped':
      return { end: undefined, move, publish: undefined };
    case 'shutdown':
      return { end: { retryAt: now, countAttempt: false }, move, publish: undefined };
    case 'fault':
      return { end: endOfFault(deps, task, result, now), move, publish: undefined };
    case 'turn':
      return judgeTurn(deps, on, session, result, now);
  }
}

function endOfFault(
  deps: WorkDeps,
  task: Task,
  { cause, message, again }: Extract<RunResult, { kind: 'fault' }>,
  now: number,
): AttemptEnd {
  const outcome = { kind: 'failed', cause, message } as const;
  if (again === 'never') return { outcome };
  if (again === 'attempt') return afterCrash(task, { most: limitsOf(deps).attempts, now, outcome });
  return whileForgeIsAway(task, { now, cause, why: message, retryAfterMs: again.retryAfterMs });
}

/** A discussion comes to the forge only where that was asked for, now or in an earlier turn. */
function publishes({ mayPush, subject, pushedSha }: Session, { options }: Task): boolean {
  return mayPush && (isNumbered(subject) || options.pr === true || pushedSha !== undefined);
}

/** What the next session of the issue is told of this one. */
const MOST_SUMMARY_CHARS = 4_000;

function judgeTurn(
  deps: WorkDeps,
  on: Conclusion,
  session: Session,
  { end, over }: Extract<RunResult, { kind: 'turn' }>,
  now: number,
): Verdict {
  const tip = over.received === undefined ? undefined : over.tip;
  const headSha = tip ?? session.headSha;
  const hasWork = headSha !== undefined && headSha !== (session.pushedSha ?? session.baseSha);
  const isForForge = publishes(session, on.task);
  const publishable = hasWork && isForForge ? headSha : undefined;
  const publish = (draft: boolean) => (publishable === undefined ? undefined : { tip: publishable, draft });
  switch (end.kind) {
    case 'done': {
      const result = !isForForge ? 'answered' : publishable !== undefined ? 'pull_request' : 'no_changes';
      const outcome: TaskOutcome = { kind: 'done', result, summary: end.text };
      const summary = end.text.slice(0, MOST_SUMMARY_CHARS);
      return {
        end: { outcome },
        move: (row) => worked(row, { tip, summary, now }),
        publish: publish(on.task.options.draft === true),
      };
    }
    case 'needs_input':
      return {
        end: { outcome: { kind: 'needs_input', question: end.question } },
        move: (row) => asked(row, { tip, now }),
        publish: publish(true),
      };
    case 'timeout':
      return {
        end: { outcome: tookTooLong(end.afterMs) },
        move: (row) => timedOut(row, { tip, now }),
        publish: undefined,
      };
    case 'failed': {
      const outcome = {
        kind: 'failed' as const,
        cause: causeOf(end.class),
        message: end.message,
        ...(end.resetAt !== undefined && { resetAt: end.resetAt }),
      };
      const sessionLost = end.class === 'session_lost';
      const most = end.retryable ? limitsOf(deps).attempts : 0;
      return {
        end: afterCrash(on.task, { most, now, outcome }),
        move: (row) => failed(row, { tip, sessionLost, now }),
        publish: undefined,
      };
    }
  }
}

function tookTooLong(afterMs: number): TaskOutcome {
  const hours = Math.round((afterMs / 3_600_000) * 100) / 100;
  return {
    kind: 'failed',
    cause: 'timeout',
    message: `The run was stopped after ${hours} h (\`limits.taskTimeoutHours\`).`,
  };
}

function causeOf(failure: FailureClass): FailureCause {
  switch (failure) {
    case 'quota':
    case 'auth':
    case 'config':
      return failure;
    case 'overloaded':
    case 'context':
    case 'session_lost':
    case 'refused_tool':
    case 'crash':
    case 'unknown':
      return 'agent';
  }
}

/** One line: how the run ended. */
export function endedAs(result: RunResult): string {
  switch (result.kind) {
    case 'turn':
      return result.end.kind === 'failed'
        ? `failed (${result.end.class}): ${result.end.message}`
        : result.end.kind;
    case 'fault':
      return `fault (${result.cause}): ${result.message}`;
    case 'stopped':
    case 'shutdown':
      return result.kind;
  }
}
