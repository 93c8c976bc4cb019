// Starts a child process in a session of its own and presents it as a sandbox presents it, failed starts included.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { listProcesses, markOf, type ProcessEntry } from './process-table.js';
import type { Tree } from './process-tree.js';
import type { SandboxedProcess } from './sandbox.js';

export interface ChildSpec {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly runId: string;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;
type Exit = Awaited<SandboxedProcess['exited']>;

/** Everything of a {@link SandboxedProcess}; how a tree is ended differs from sandbox to sandbox. */
export function startChild(
  spec: ChildSpec,
  endAll: (tree: Tree, graceMs: number) => Promise<void>,
): SandboxedProcess {
  const child = trySpawn(spec);
  if (child instanceof Error) return neverStarted(child);
  // A program that ends before it has read its input must not take the server down with EPIPE.
  child.stdin.on('error', () => {});
  const mark = child.pid === undefined ? { pid: 0, startTicks: undefined } : markOf(child.pid);
  let ending: Promise<void> | undefined;
  let known: readonly ProcessEntry[] = [];
  // At this moment its pid cannot be anybody else's yet: who is in its group or session now was started by it.
  child.once('exit', () => {
    known = listProcesses().filter((entry) => entry.group === mark.pid || entry.session === mark.pid);
  });
  const exited = exitOf(child);
  return {
    mark,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    kill: (graceMs) => {
      // A second, more impatient call overtakes the first: it does not wait for the first one's grace.
      const tree: Tree = { root: mark, runId: spec.runId, known };
      const mine = endAll(tree, graceMs)
        .then(() => exited)
        .then(() => undefined);
      ending = ending === undefined || graceMs === 0 ? mine : ending;
      return ending;
    },
  };
}

function trySpawn(spec: ChildSpec): Child | Error {
  const [program, ...args] = spec.command;
  try {
    return spawn(program, args, {
      cwd: spec.cwd,
      env: { ...spec.env },
      detached: true, // a session and group of its own: what a terminal or a service manager signals is not for agents
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** `exit`, not `close`: a background child that holds the pipes open must not hide that the program is gone. */
function exitOf(child: Child): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: undefined, signal: undefined, error });
    });
  });
}

function neverStarted(reason: Error): SandboxedProcess {
  const empty = (): PassThrough => new PassThrough().end();
  return {
    mark: { pid: 0, startTicks: undefined },
    stdin: new PassThrough().resume(),
    stdout: empty(),
    stderr: empty(),
    exited: Promise.resolve({ code: undefined, signal: undefined, error: reason }),
    kill: () => Promise.resolve(),
  };
}
