// The default sandbox: bubblewrap. Files, processes and users apart; the network is still shared with the machine.
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { profile, type ProfileOptions } from './bubblewrap-profile.js';
import { startChild } from './child.js';
import { runCookie, type ProcessEntry } from './process-table.js';
import { endTree } from './process-tree.js';
import { rootNote } from './root.js';
import type { Sandbox, SandboxSpec } from './sandbox.js';

const run = promisify(execFile);
const probeTimeoutMs = 10_000;

export interface BubblewrapOptions {
  /** Absolute path or a name found by PATH. Default `bwrap`. */
  readonly program?: string;
  /** Folders of which a run sees nothing but what its own list names inside them, whatever shows the rest. Absolute. */
  readonly hidden?: readonly string[];
}

/** Every run in namespaces of its own, of which all processes die with their first one and with the server. */
export function createBubblewrapSandbox(options: BubblewrapOptions = {}): Sandbox {
  // By absolute path: the PATH of an agent's environment must not choose the program that locks it in.
  const program = findProgram(options.program ?? 'bwrap');
  const supported = { disableUserns: true, hidden: options.hidden ?? [] };
  return {
    kind: 'bubblewrap',
    confines: true,
    describe:
      "Sandbox: bubblewrap. Files, processes and users are kept apart; the network is shared with the server's machine." +
      rootNote,
    probe: async () => {
      if (program === undefined) return notInstalled();
      const full = await tryRun(program, { ...supported, disableUserns: true });
      if (full === undefined) return { ok: true };
      const plain = await tryRun(program, { ...supported, disableUserns: false });
      supported.disableUserns = false;
      return plain === undefined ? { ok: true } : explain(plain);
    },
    spawn: (spec) => {
      const env = { ...spec.env, [runCookie]: spec.runId };
      const command: [string, ...string[]] = [program ?? 'bwrap', ...profile(spec, supported)];
      return startChild({ command, cwd: '/', env, runId: spec.runId }, (tree, graceMs) =>
        endTree(tree, { graceMs, spareFromTerm: (entry) => isOwnProcess(entry, tree.root?.pid) }),
      );
    },
    sweep: (runId, root) => endTree({ root, runId }, { graceMs: 0 }),
  };
}

/** bubblewrap itself and its init inside the namespace: asked to end, they would end the agent without its grace. */
function isOwnProcess(entry: ProcessEntry, bubblewrapPid: number | undefined): boolean {
  return entry.pid === bubblewrapPid || entry.ppid === bubblewrapPid;
}

const writableMark = 'can be written inside the sandbox';

/** Opened to append, nothing written: of the kernel's settings for the whole machine none may open. */
const kernelFilesAreClosed = `for file in /proc/sys/kernel/core_pattern /proc/sys/vm/overcommit_memory /proc/sysrq-trigger
do if (: >> "$file") 2>/dev/null; then echo "$file ${writableMark}" >&2; exit 1; fi; done`;

/** What bubblewrap says when it fails, undefined when a program runs and ends inside the whole profile. */
async function tryRun(program: string, options: ProfileOptions): Promise<string | undefined> {
  const spec: SandboxSpec = {
    command: ['sh', '-c', kernelFilesAreClosed],
    cwd: '/',
    env: {},
    readOnly: [],
    writable: [],
    runId: 'probe',
  };
  try {
    await run(program, profile(spec, options), { env: { PATH: '/usr/bin:/bin' }, timeout: probeTimeoutMs });
    return undefined;
  } catch (error) {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    return stderr === '' ? String(error) : stderr;
  }
}

function notInstalled(): { ok: false; problem: string; fix: string } {
  return {
    ok: false,
    problem: 'bubblewrap is not installed: no program `bwrap` in PATH',
    fix: 'install bubblewrap: apt-get install bubblewrap',
  };
}

function explain(stderr: string): { ok: false; problem: string; fix: string } {
  if (stderr.includes(writableMark)) {
    return {
      ok: false,
      problem: `bubblewrap leaves the machine's own settings open: ${stderr}`,
      fix: 'use the bubblewrap of your distribution (0.8 or later), or start kugetsu as a user of its own',
    };
  }
  // bubblewrap 0.8: "No permissions to create new namespace", "setting up uid map: Permission denied",
  // "Creating new namespace failed: Operation not permitted"; Ubuntu 24.04's AppArmor: "loopback: Failed RTM_NEWADDR".
  if (/namespace|uid map|user_namespaces|RTM_NEWADDR/i.test(stderr)) {
    return {
      ok: false,
      problem: `unprivileged user namespaces are off: ${stderr}`,
      fix: 'sysctl kernel.unprivileged_userns_clone=1 (Debian), an AppArmor profile for bwrap (Ubuntu 24.04), or in a container a security profile that allows user namespaces',
    };
  }
  return {
    ok: false,
    problem: `bubblewrap does not work here: ${stderr}`,
    fix: 'run `bwrap --unshare-user --ro-bind / / true` and mend what it says, or set `sandbox: { kind: none }` knowing what that means',
  };
}

function findProgram(name: string): string | undefined {
  const folders = name.includes('/') ? [''] : (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.map((folder) => path.resolve(folder, name)).find((file) => isExecutable(file));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
