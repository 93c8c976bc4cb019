// Collects what an agent tells while it works: the report's progress, saved now and then, and the evidence of the run.
import type { AgentEvent } from '../agents/agent.js';
import type { Evidence, ToolUse } from '../domain/run.js';
import type { Progress, Task } from '../domain/task.js';
import { askForReport } from '../store/queueing.js';
import { describeError } from '../support/errors.js';
import type { RunnerDeps } from './deps.js';

/** A report is edited at most this often while the agent works: edits count against the forge's limits. */
export const REPORT_EVERY_MS = 10_000;
const SAVE_EVERY_MS = 2_000;
const MOST_TOOLS = 200;

export interface ProgressCollector {
  take(event: AgentEvent): void;
  /** What the evidence pack says; filled by the turn. */
  about(facts: Pick<Evidence, 'agent' | 'model' | 'agentVersion' | 'sandbox'>): void;
  evidence(): Evidence | undefined;
  /** Resolves when everything taken so far is saved. */
  flush(): Promise<void>;
  readonly summary: string | undefined;
}

export function createProgress(deps: RunnerDeps, task: Task): ProgressCollector {
  const startedAt = deps.now();
  const tools: ToolUse[] = [];
  let facts: Pick<Evidence, 'agent' | 'model' | 'agentVersion' | 'sandbox'> | undefined;
  let summary: string | undefined;
  let progress: Progress = {
    todos: [],
    lastTool: undefined,
    lastText: undefined,
    inputTokens: 0,
    outputTokens: 0,
    costUsd: 0,
  };
  let savedAt = 0;
  let saving = Promise.resolve();

  function save(): void {
    savedAt = deps.now();
    const snapshot = progress;
    saving = saving
      .then(() => saveProgress(deps, task, snapshot))
      .catch((error: unknown) =>
        deps.log.warn('progress.not_saved', { task: task.id, why: describeError(error) }),
      );
  }

  return {
    take(event) {
      if (event.type === 'tool' && event.state !== 'start' && tools.length < MOST_TOOLS) {
        tools.push({
          name: event.name,
          title: event.title,
          exitCode: event.exitCode,
          ok: event.state === 'ok',
        });
      }
      if (event.type === 'summary') summary = event.text;
      progress = apply(progress, event);
      if (event.type === 'todos' || deps.now() - savedAt >= SAVE_EVERY_MS) save();
    },
    about(known) {
      facts = known;
    },
    evidence() {
      if (facts === undefined) return undefined;
      const { inputTokens, outputTokens, costUsd } = progress;
      return { ...facts, tools, inputTokens, outputTokens, costUsd, durationMs: deps.now() - startedAt };
    },
    async flush() {
      save();
      await saving;
    },
    get summary() {
      return summary;
    },
  };
}

async function saveProgress(deps: RunnerDeps, task: Task, progress: Progress): Promise<void> {
  const now = deps.now();
  await deps.store.transaction(async (tables) => {
    if (!(await tables.tasks.saveProgress(task.id, task.fence, progress))) return;
    const last = await tables.outbox.lastSentAt(`report:${task.id}`);
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
      return { ...progress, todos: event.items.slice(0, 30) };
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
