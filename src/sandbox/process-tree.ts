// Ends every process of a run, also those that left its group or its session, and never an innocent one.
import { setTimeout as delay } from 'node:timers/promises';
import { carriesCookie, isAlive, listProcesses, type ProcessEntry } from './process-table.js';
import type { ProcessMark } from './sandbox.js';
import { KugetsuError } from '../support/errors.js';

export interface Tree {
  /** Undefined when only the cookie is known. A mark whose pid belongs to somebody else by now is ignored. */
  readonly root: ProcessMark | undefined;
  readonly runId: string;
  /** Found earlier, when more tied them to the run than today; those that ended meanwhile are ignored. */
  readonly known?: readonly ProcessEntry[];
}

export interface EndTreeOptions {
  readonly graceMs: number;
  /** Processes that must not be asked to end: bubblewrap's own, which would take the agent with them unasked. */
  readonly spareFromTerm?: (entry: ProcessEntry) => boolean;
}

const pollMs = 15;
/** SIGKILL works at once but for a process stuck in the kernel, for which nobody can do more than wait. */
const killBoundMs = 15_000;

/**
 * The living processes of a run: its root with everything in the root's group, session and line of descent, everything
 * with the run's cookie in its environment, and the descendants of those. A process that both dropped its environment
 * and was adopted by init is found by none of these: only a PID namespace holds that one.
 */
export function findTree(tree: Tree): ProcessEntry[] {
  const entries = listProcesses();
  const found = new Set((tree.known ?? []).filter(isAlive).map((entry) => entry.pid));
  const rootPid = tree.root !== undefined && isAlive(tree.root) ? tree.root.pid : undefined;
  for (const entry of entries) {
    const ofRoot =
      rootPid !== undefined &&
      (entry.pid === rootPid || entry.group === rootPid || entry.session === rootPid);
    if (ofRoot || carriesCookie(entry.pid, tree.runId)) found.add(entry.pid);
  }
  addDescendants(entries, found);
  return entries.filter((entry) => found.has(entry.pid) && entry.pid !== process.pid && entry.pid > 1);
}

/**
 * SIGTERM to the whole tree, `graceMs` later SIGKILL until none is left.
 * @throws Error when processes outlive SIGKILL, which only a kernel call that hangs (a dead network disk) makes happen.
 */
export async function endTree(tree: Tree, options: EndTreeOptions): Promise<void> {
  // Who was seen once stays ours: after the root's end nothing ties an `env -i` child of it to the run any more.
  const seen = new Map<number, ProcessEntry>();
  if (options.graceMs > 0) {
    for (const entry of look(tree, seen)) {
      if (options.spareFromTerm?.(entry) === true) continue;
      signal(entry, 'SIGTERM');
      signal(entry, 'SIGCONT'); // a stopped process would get its SIGTERM only when woken
    }
    await untilEmpty(tree, seen, options.graceMs);
  }
  const deadline = Date.now() + killBoundMs;
  for (let left = look(tree, seen); left.length > 0; left = look(tree, seen)) {
    // All are frozen before one is killed, so that none can start another behind our back.
    for (const entry of left) signal(entry, 'SIGSTOP');
    for (const entry of look(tree, seen)) signal(entry, 'SIGKILL');
    if (await untilEmpty(tree, seen, 100)) return;
    if (Date.now() > deadline) throw survivors(left);
  }
}

function addDescendants(entries: readonly ProcessEntry[], found: Set<number>): void {
  const children = new Map<number, ProcessEntry[]>();
  for (const entry of entries) children.set(entry.ppid, [...(children.get(entry.ppid) ?? []), entry]);
  const open = [...found];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    for (const child of children.get(pid) ?? []) {
      if (found.has(child.pid)) continue;
      found.add(child.pid);
      open.push(child.pid);
    }
  }
}

function look(tree: Tree, seen: Map<number, ProcessEntry>): ProcessEntry[] {
  for (const entry of findTree(tree)) seen.set(entry.pid, entry);
  for (const entry of seen.values()) if (!isAlive(entry)) seen.delete(entry.pid);
  return [...seen.values()];
}

async function untilEmpty(tree: Tree, seen: Map<number, ProcessEntry>, boundMs: number): Promise<boolean> {
  const deadline = Date.now() + boundMs;
  for (;;) {
    if (look(tree, seen).length === 0) return true;
    if (Date.now() >= deadline) return false;
    await delay(pollMs);
  }
}

function signal(entry: ProcessEntry, name: NodeJS.Signals): void {
  if (!isAlive(entry)) return;
  try {
    process.kill(entry.pid, name);
  } catch {
    // It ended in between, or it belongs to another user: whether one is left is asked of /proc, not of kill.
  }
}

function survivors(left: readonly ProcessEntry[]): Error {
  const pids = left.map((entry) => entry.pid).join(', ');
  return new KugetsuError('SANDBOX_SURVIVORS', `processes outlived SIGKILL: ${pids}`);
}
