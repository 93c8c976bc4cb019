// How a git process is ended, and that none outlives the server's orderly end.

/** Ends the process groups it was told of; while there are some, also when this process exits. */
export interface ProcessGroups {
  /** `pid` leads a group. Returns the way to forget it. */
  add(pid: number | undefined): () => void;
  end(pid: number | undefined, signal: NodeJS.Signals): void;
}

export function createProcessGroups(): ProcessGroups {
  const alive = new Set<number>();
  const endAll = () => {
    for (const pid of alive) signalGroup(pid, 'SIGKILL');
  };
  return {
    add(pid) {
      if (pid === undefined) return () => {};
      if (alive.size === 0) process.on('exit', endAll);
      alive.add(pid);
      return () => {
        alive.delete(pid);
        if (alive.size === 0) process.off('exit', endAll);
      };
    },
    end(pid, signal) {
      if (pid !== undefined && alive.has(pid)) signalGroup(pid, signal);
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}
