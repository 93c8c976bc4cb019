// Reads /proc: which processes live, who started them, and which of them carry the cookie of a run.
import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessMark } from './sandbox.js';

export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  readonly group: number;
  readonly session: number;
  /** Field 22 of /proc/PID/stat: tells a process from a later one with the same pid. */
  readonly startTicks: string;
}

/** The name of the variable every process of a run inherits. */
export const runCookie = 'KUGETSU_RUN';

/** Every living process, without zombies (they hold nothing and only wait to be reaped). Empty without /proc. */
export function listProcesses(): ProcessEntry[] {
  return processIds()
    .map((pid) => readEntry(pid))
    .filter((entry) => entry !== undefined);
}

/** The mark of a process that lives now; `startTicks` is undefined when it is gone already or there is no /proc. */
export function markOf(pid: number): ProcessMark {
  return { pid, startTicks: readStat(pid)?.startTicks };
}

/** True while the very process of the mark lives: the same pid and the same start. */
export function isAlive(mark: ProcessMark): boolean {
  return mark.startTicks !== undefined && readEntry(mark.pid)?.startTicks === mark.startTicks;
}

/** Was this process started with the cookie of the run? An unreadable environment (somebody else's) counts as no. */
export function carriesCookie(pid: number, runId: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${runCookie}=${runId}`);
  } catch {
    return false;
  }
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function readEntry(pid: number): ProcessEntry | undefined {
  const stat = readStat(pid);
  return stat === undefined || stat.state === 'Z' || stat.state === 'X' ? undefined : stat;
}

function readStat(pid: number): (ProcessEntry & { state: string }) | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in field 2 may hold spaces and brackets: the fields are counted after its last bracket (proc(5)).
    const [state, ppid, group, session, ...rest] = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const startTicks = rest[15];
    if (state === undefined || startTicks === undefined) return undefined;
    return { pid, state, ppid: Number(ppid), group: Number(group), session: Number(session), startTicks };
  } catch {
    return undefined;
  }
}
