// A place to run an agent by itself: a git repository, a session folder, a sandbox; and a look at what lives in /proc.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
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
  /** Pids of all that carry the run's cookie, zombies aside; with a name only those of that program. */
  living(program?: string): number[];
}

/** Both sandboxes, with why one cannot be tried here. */
export const sandboxes: readonly { sandbox: Sandbox; missing: string | undefined }[] = await Promise.all(
  [createNoneSandbox(), createBubblewrapSandbox()].map(async (sandbox) => {
    const probe = await sandbox.probe();
    return { sandbox, missing: probe.ok ? undefined : probe.fix };
  }),
);

/** To be called in a test, with which it is removed. */
export function createBench(sandbox: Sandbox): Bench {
  const { root, cwd, sessionDir, tmpDir } = makeFolders();
  const runId = randomUUID();
  const marks: ProcessMark[] = [];
  // Also when the test fails: neither processes nor folders stay behind.
  onTestFinished(async () => {
    await sandbox.sweep(runId, undefined);
    rmSync(root, { recursive: true, force: true });
  });
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
    living: (program) => processesOf(runId, program),
  };
}

function makeFolders(): { root: string; cwd: string; sessionDir: string; tmpDir: string } {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'kugetsu-bench-')));
  const folders = {
    cwd: path.join(root, 'work'),
    sessionDir: path.join(root, 'session'),
    tmpDir: path.join(root, 'tmp'),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder);
  const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: folders.cwd });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'A tester');
  git('config', 'user.email', 'tester@example.invalid');
  git('commit', '--quiet', '--allow-empty', '--message', 'first');
  return { root, ...folders };
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
export async function until(condition: () => boolean, boundMs = 50_000): Promise<void> {
  const deadline = Date.now() + boundMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`still not so after ${boundMs} ms: ${condition.toString()}`);
    await delay(20);
  }
}

export function processesOf(runId: string, program?: string): number[] {
  const mine = (pid: string): boolean =>
    readProc(pid, 'environ').split('\0').includes(`KUGETSU_RUN=${runId}`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && mine(name))
    .filter((pid) => program === undefined || readProc(pid, 'comm').trim() === program)
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
