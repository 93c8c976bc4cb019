// Collects what an agent tells while it works: the report's progress, saved now and then, and the evidence of the run.
import { aboutTask } from '../domain/about.js';
import { isDeepStrictEqual } from 'node:util';
import type { AgentEvent } from '../agents/agent.js';
import type { Evidence, ToolUse } from '../domain/run.js';
import { reportOf } from '../domain/order.js';
import { agentSessionKnown } from '../domain/session-moves.js';
import type { Progress, Task } from '../domain/task.js';
import { lastSentAt } from '../store/place-order.js';
import { askForReport } from './queueing.js';
import { describeError } from '../support/errors.js';
import { createThrottle } from '../support/throttle.js';
import type { WorkDeps } from './deps.js';

/** A report is edited at most this often while the agent works: edits count against the forge's limits. */
export const REPORT_EVERY_MS = 10_000;
/** Of one run. */
const SAVE_EVERY_MS = 2_000;
const MOST_TOOLS = 200;

export interface ProgressCollector {
  take(event: AgentEvent): void;
  /** What the evidence pack says; filled by the turn. */
  about(facts: Facts): void;
  evidence(): Evidence | undefined;
  /** Resolves when everything taken so far is saved. */
  flush(): Promise<void>;
}

type Facts = Pick<Evidence, 'agent' | 'model' | 'agentVersion' | 'sandbox'>;

interface Told {
  readonly progress: Progress;
  /** The agent's own session id; known before the work, so that a run that dies can be gone on with. */
  readonly agentSessionId: string | undefined;
}

const NOTHING: Progress = {
  todos: [],
  lastTool: undefined,
  lastText: undefined,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
};

/** `keepsSession`: the agent is the session's own, so the id it names is kept for the next turn. */
export function createProgress(
  deps: WorkDeps,
  task: Task,
  { keepsSession }: { keepsSession: boolean },
): ProgressCollector {
  const startedAt = deps.now();
  const tools: ToolUse[] = [];
  let facts: Facts | undefined;
  let told: Told = { progress: NOTHING, agentSessionId: undefined };
  let saved = told;
  const throttle = createThrottle(save, SAVE_EVERY_MS);

  async function save(): Promise<void> {
    const now = told;
    if (isDeepStrictEqual(now, saved)) return;
    try {
      await saveTold(deps, task, now, saved);
      saved = now;
    } catch (error) {
      deps.log.warn('progress.not_saved', { ...aboutTask(task), why: describeError(error) });
    }
  }

  return {
    take(event) {
      if (event.type === 'tool' && event.state !== 'start' && tools.length < MOST_TOOLS)
        tools.push(toolUse(event));
      const before = told;
      if (event.type === 'session') told = keepsSession ? { ...told, agentSessionId: event.id } : told;
      else {
        const progress = apply(told.progress, event);
        if (progress !== told.progress) told = { ...told, progress };
      }
      if (told !== before) throttle.changed();
    },
    about(known) {
      facts = known;
    },
    evidence() {
      if (facts === undefined) return undefined;
      const { inputTokens, outputTokens, costUsd } = told.progress;
      return { ...facts, tools, inputTokens, outputTokens, costUsd, durationMs: deps.now() - startedAt };
    },
    flush: throttle.flush,
  };
}

/** Kept until the end of the run and stored with it: an endless title is cut. */
function toolUse(event: Extract<AgentEvent, { type: 'tool' }>): ToolUse {
  return {
    name: event.name.slice(0, 100),
    title: event.title.slice(0, 500),
    exitCode: event.exitCode,
    ok: event.state === 'ok',
  };
}

async function saveTold(deps: WorkDeps, task: Task, told: Told, before: Told): Promise<void> {
  const now = deps.now();
  const { agentSessionId, progress } = told;
  await deps.store.transaction(async (tables) => {
    // A run that was replaced writes nothing, its session's id neither.
    if (!(await tables.queue.saveProgress(task.id, task.fence, progress))) return;
    if (agentSessionId !== before.agentSessionId)
      await tables.records.sessions.move(task.sessionId, (row) => agentSessionKnown(row, agentSessionId));
    if (isDeepStrictEqual(progress, before.progress)) return;
    const last = await lastSentAt(tables, reportOf(task));
    await askForReport(tables, task, last === undefined ? now : Math.max(now, last + REPORT_EVERY_MS), now);
  });
  deps.wake();
}

function apply(progress: Progress, event: AgentEvent): Progress {
  switch (event.type) {
    case 'text':
      return { ...progress, lastText: event.text.slice(-2_000) };
    case 'tool':
      return { ...progress, lastTool: event.title === '' ? event.name : event.title.slice(0, 200) };
    case 'todos':
      return {
        ...progress,
        todos: event.items.slice(0, 30).map(({ text, done }) => ({ text: text.slice(0, 300), done })),
      };
    case 'usage':
      return {
        ...progress,
        inputTokens: progress.inputTokens + event.usage.inputTokens,
        outputTokens: progress.outputTokens + event.usage.outputTokens,
        costUsd: progress.costUsd + event.usage.costUsd,
      };
    case 'retrying':
      return { ...progress, lastText: `waits and tries again: ${event.reason}`.slice(0, 300) };
    case 'session':
    case 'question':
    case 'summary':
    case 'heartbeat':
      return progress;
  }
}
