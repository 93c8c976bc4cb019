// A place to run an agent by itself: a git repository, a session folder, a sandbox; and a look at what lives in /proc.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Agent, AgentEvent, AgentOpen, AgentSession, TurnOutcome } from '../../src/agents/agent.js';
import { agentEnvironment } from '../../src/agents/environment.js';
import { createBubblewrapSandbox } from '../../src/sandbox/bubblewrap.js';
import { createNoneSandbox } from '../../src/sandbox/none.js';
import type { ProcessMark, Sandbox } from '../../src/sandbox/sandbox.js';

export interface Bench {
  readonly root: string;
  /** The repository the agent works in, with one commit. */
  readonly cwd: string;
  readonly runId: string;
  readonly marks: ProcessMark[];
  open(agent: Agent, options?: Partial<AgentOpen>): Promise<AgentSession>;
  git(...args: string[]): string;
  read(file: string): string;
  /** Pids of all that carry the run's cookie, zombies aside. */
  living(): number[];
  remove(): Promise<void>;
}

/** Both sandboxes, with why one cannot be tried here. */
export const sandboxes: readonly { sandbox: Sandbox; missing: string | undefined }[] = await Promise.all(
  [createNoneSandbox(), createBubblewrapSandbox()].map(async (sandbox) => {
    const probe = await sandbox.probe();
    return { sandbox, missing: probe.ok ? undefined : probe.fix };
  }),
);

export function createBench(sandbox: Sandbox): Bench {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'kugetsu-bench-')));
  const [cwd, sessionDir, tmpDir] = ['work', 'session', 'tmp'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [cwd, sessionDir, tmpDir]) mkdirSync(folder);
  const runId = randomUUID();
  const marks: ProcessMark[] = [];
  const identity = { name: 'kugetsu', email: 'kugetsu@example.invalid' };
  const env = {
    path: process.env['PATH'] ?? '',
    home: sessionDir,
    tmpDir,
    facts: {},
    identity,
    variables: {},
  };
  const git = (...args: string[]): string => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git(
    '-c',
    'user.name=t',
    '-c',
    'user.email=t@example.invalid',
    'commit',
    '-q',
    '--allow-empty',
    '-m',
    'first',
  );
  return {
    root,
    cwd,
    runId,
    marks,
    open: (agent, options = {}) =>
      agent.open({
        cwd,
        sessionDir,
        tmpDir,
        model: undefined,
        resume: undefined,
        instructions: [],
        onProcess: (mark) => marks.push(mark),
        launch: (spec) =>
          sandbox.spawn({
            command: spec.command,
            cwd,
            env: { ...agentEnvironment(env), ...spec.env },
            readOnly: spec.readOnly ?? [],
            writable: [cwd, sessionDir, tmpDir],
            runId,
          }),
        ...options,
      }),
    git,
    read: (file) => readFileSync(path.join(cwd, file), 'utf8'),
    living: () => processesOf(runId),
    remove: async () => {
      await sandbox.sweep(runId, undefined);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** One turn with all its events; `stopWhen` aborts it as soon as it is true. */
export async function runTurn(
  session: AgentSession,
  prompt: string,
  stopWhen?: () => boolean,
): Promise<{ outcome: TurnOutcome; events: AgentEvent[]; said: string }> {
  const events: AgentEvent[] = [];
  const stop = new AbortController();
  const facts = { KUGETSU_TASK: 'T-1', KUGETSU_ISSUE: 'work:acme/api#14', KUGETSU_TURN: '1' };
  const running = session.run(
    { prompt, facts },
    { signal: stop.signal, onEvent: (event) => events.push(event) },
  );
  if (stopWhen !== undefined) {
    await until(stopWhen);
    stop.abort();
  }
  const outcome = await running;
  const said = events.flatMap((event) => (event.type === 'text' ? [event.text] : [])).join('\n');
  return { outcome, events, said };
}

/** Waits for a condition, within a bound. */
export async function until(condition: () => boolean, boundMs = 30_000): Promise<void> {
  const deadline = Date.now() + boundMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`still not so after ${boundMs} ms: ${condition.toString()}`);
    await delay(20);
  }
}

export function processesOf(runId: string): number[] {
  return readdirSync('/proc')
    .filter(
      (name) => /^\d+$/.test(name) && readProc(name, 'environ').split('\0').includes(`KUGETSU_RUN=${runId}`),
    )
    .map(Number);
}

/** Gone, or a zombie that only waits for its parent. */
export function isGone(pid: number): boolean {
  const stat = readProc(String(pid), 'stat');
  return stat === '' || /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
