// One turn of the agent in its sandbox: opened, watched by two clocks, closed. Its end is a value.
import { aboutTask } from '../domain/about.js';
import type { AgentOpen, TurnOutcome } from '../agents/agent.js';
import type { Run } from '../domain/run.js';
import type { Session } from '../domain/session.js';
import { showSubject } from '../domain/refs.js';
import type { Task } from '../domain/task.js';
import { describeError } from '../support/errors.js';
import { abortKind } from './abort.js';
import { RunFault, type WorkDeps } from './deps.js';
import { limitsOf } from './limits.js';
import { environmentOf } from './task-environment.js';
import type { ProgressCollector } from './progress.js';
import type { Prompt } from './prompt.js';
import type { Workspace } from './workspace.js';

export type TurnEnd =
  | Exclude<TurnOutcome, { kind: 'stopped' }>
  | { readonly kind: 'timeout'; readonly afterMs: number }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'shutdown' };

export interface AgentTurn {
  readonly task: Task;
  readonly run: Run;
  readonly session: Session;
  readonly workspace: Workspace;
  readonly prompt: Prompt;
  readonly signal: AbortSignal;
  readonly progress: ProgressCollector;
}

type EndedBy = 'timeout' | 'idle' | 'outside';

export async function runAgentTurn(deps: WorkDeps, turn: AgentTurn): Promise<TurnEnd> {
  const { task, session, progress, signal } = turn;
  const name = task.options.agent ?? session.agent;
  const agent = deps.agents.get(name);
  if (agent === undefined)
    throw new RunFault('config', `There is no agent \`${name}\` in the config any more.`, 'never');
  const probe = await agent.probe();
  if (!probe.ok)
    throw new RunFault(
      'config',
      `The agent \`${name}\` cannot run here: ${probe.problems.join(' ')}`,
      'never',
    );
  progress.about({
    agent: name,
    model: task.options.model ?? session.model,
    agentVersion: probe.version,
    sandbox: deps.sandbox.describe,
  });
  const watch = watchClocks(deps, signal);
  const opened = await agent.open(openOptions(deps, turn, name));
  try {
    const outcome = await opened.run(
      { prompt: turn.prompt.text, facts: factsOf(turn) },
      {
        signal: watch.signal,
        onEvent: (event) => {
          watch.alive();
          progress.take(event);
        },
      },
    );
    return endOf(deps, outcome, watch.endedBy(), signal);
  } finally {
    watch.close();
    await opened.close();
    await progress.flush();
  }
}

function openOptions(deps: WorkDeps, turn: AgentTurn, name: string): AgentOpen {
  const { run, session, task, workspace } = turn;
  const base = environmentOf({
    home: workspace.sessionDir,
    tmpDir: workspace.tmpDir,
    facts: factsOf(turn),
    identity: turn.prompt.identity,
  });
  return {
    cwd: workspace.dir,
    sessionDir: workspace.sessionDir,
    tmpDir: workspace.tmpDir,
    model: task.options.model ?? session.model,
    resume: name === session.agent ? session.agentSessionId : undefined,
    instructions: turn.prompt.instructions,
    onProcess: (mark) => {
      deps.store.records.runs.setProcess(run.id, mark).catch((error: unknown) =>
        deps.log.warn('run.process_not_saved', {
          ...aboutTask(task),
          run: run.id,
          why: describeError(error),
        }),
      );
    },
    launch: (spec) =>
      deps.sandbox.spawn({
        command: spec.command,
        cwd: workspace.dir,
        env: { ...base, ...spec.env },
        readOnly: [workspace.mirror.objectsDir, ...turn.prompt.readOnly, ...(spec.readOnly ?? [])],
        writable: [workspace.dir, workspace.sessionDir, workspace.tmpDir],
        runId: run.id,
      }),
  };
}

function factsOf({ task, session }: AgentTurn): Record<string, string> {
  return {
    KUGETSU_TASK: task.id,
    KUGETSU_ISSUE: showSubject(session.subject),
    KUGETSU_TURN: String(session.turns + 1),
  };
}

interface Watch {
  readonly signal: AbortSignal;
  readonly alive: () => void;
  readonly endedBy: () => EndedBy | undefined;
  readonly close: () => void;
}

/** Wall clock and sign of life: real time, whatever the clock of the queue says. */
function watchClocks(deps: WorkDeps, outside: AbortSignal): Watch {
  const { taskTimeoutMs, idleTimeoutMs } = limitsOf(deps);
  const controller = new AbortController();
  let by: EndedBy | undefined;
  let closed = false;
  const end = (why: EndedBy) => {
    by ??= why;
    controller.abort();
  };
  const onOutside = () => end('outside');
  if (outside.aborted) onOutside();
  outside.addEventListener('abort', onOutside);
  const wall = setTimeout(() => end('timeout'), taskTimeoutMs);
  const idle = setTimeout(() => end('idle'), idleTimeoutMs);
  return {
    signal: controller.signal,
    // A last word after the end must not start the timer again.
    alive: () => {
      if (by === undefined && !closed) idle.refresh();
    },
    endedBy: () => by,
    close: () => {
      closed = true;
      clearTimeout(wall);
      clearTimeout(idle);
      outside.removeEventListener('abort', onOutside);
    },
  };
}

function endOf(deps: WorkDeps, outcome: TurnOutcome, by: EndedBy | undefined, outside: AbortSignal): TurnEnd {
  switch (by) {
    case undefined:
      return outcome.kind === 'stopped'
        ? { kind: 'failed', class: 'crash', message: 'The agent was stopped from inside.', retryable: true }
        : outcome;
    case 'timeout':
      return { kind: 'timeout', afterMs: limitsOf(deps).taskTimeoutMs };
    case 'idle': {
      const minutes = Math.max(1, Math.round(limitsOf(deps).idleTimeoutMs / 60_000));
      return {
        kind: 'failed',
        class: 'crash',
        message: `The agent gave no sign of life for ${minutes} min.`,
        retryable: true,
      };
    }
    case 'outside':
      return { kind: abortKind(outside) };
  }
}
