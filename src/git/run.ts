// The only place of the server that starts git. Commands that answer in text go through simple-git, the others through execa.
import { execa } from 'execa';
import { simpleGit } from 'simple-git';
import type { Readable } from 'node:stream';
import type { GitAccess } from '../forges/forge.js';
import { homeIn, withCredential } from './credentials.js';
import { FIXED_GIT_VARIABLES, invocation, type Invocation, type InvocationSpec } from './invocation.js';
import type { GitLimits } from './limits.js';
import { checkedUrl } from './names.js';
import { createProcessGroups, type ProcessGroups } from './process-end.js';

/** `exitCode` is undefined for a command that was ended by us (`cut`), by a signal, or that never started. */
export interface GitOutcome {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly cut?: 'timeout' | 'output' | undefined;
}

export type GitBytes = Omit<GitOutcome, 'stdout'> & { readonly stdout: Uint8Array };

export type Command = Pick<InvocationSpec, 'args' | 'gitDir' | 'workTree' | 'env'>;

/** None of these throws because of what git answers: the caller reads `exitCode`. */
export interface GitRunner {
  /** A local command that answers in text (a silent one costs 50 ms here: simple-git waits for late output). */
  text(command: Command): Promise<GitOutcome>;
  /** A local command that is silent, reads `input`, or writes bytes; at most `maxBytes` of them. */
  bytes(command: Command & { input?: Readable | Uint8Array; maxBytes?: number }): Promise<GitBytes>;
  /** A command that talks to the forge; `args` gets the checked address. */
  network(
    access: GitAccess,
    command: Omit<Command, 'args'> & { args: (url: string) => string[] },
  ): Promise<GitOutcome>;
}

export function createRunner(runDir: string, limits: GitLimits, ready: () => Promise<unknown>): GitRunner {
  const home = homeIn(runDir);
  const groups = createProcessGroups();
  const bytes: GitRunner['bytes'] = async (command) => {
    await ready();
    const { input, maxBytes, ...spec } = command;
    return spawnGit(invocation(spec, home), {
      groups,
      cwd: runDir,
      timeoutMs: limits.localTimeoutMs,
      maxBytes: maxBytes ?? limits.maxOutputBytes,
      input,
    });
  };
  return {
    bytes,
    async text(command) {
      await ready();
      return runSimpleGit(invocation(command, home), runDir, limits);
    },
    async network(access, command) {
      const { url, scheme } = checkedUrl(access.url);
      await ready();
      return withCredential(runDir, access, async (credential) => {
        const env = { ...command.env, ...credential };
        const outcome = await spawnGit(
          invocation({ ...command, args: command.args(url), scheme, env }, home),
          {
            groups,
            cwd: runDir,
            timeoutMs: limits.networkTimeoutMs,
            maxBytes: limits.maxOutputBytes,
          },
        );
        return { ...outcome, stdout: Buffer.from(outcome.stdout).toString('utf8') };
      });
    },
  };
}

/** simple-git refuses our own hardening unless each guard is opened by name; nothing from outside becomes an option. */
async function runSimpleGit(call: Invocation, cwd: string, limits: GitLimits): Promise<GitOutcome> {
  const stop = new AbortController();
  let cut: GitOutcome['cut'];
  let seenBytes = 0;
  let exitCode: number | undefined;
  let stderr = '';
  const end = (why: 'timeout' | 'output') => {
    cut ??= why;
    stop.abort();
  };
  const timer = setTimeout(() => end('timeout'), limits.localTimeoutMs);
  const count = (chunk: Buffer) => {
    seenBytes += chunk.length;
    if (seenBytes > limits.maxOutputBytes) end('output');
  };
  const git = simpleGit({
    baseDir: cwd,
    abort: stop.signal,
    completion: { onClose: true, onExit: false },
    allowEnvironment: FIXED_GIT_VARIABLES,
    unsafe: {
      allowUnsafeConfigPaths: true,
      allowUnsafeCredentialHelper: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeHooksPath: true,
    },
    errors(_error, result) {
      exitCode = result.exitCode;
      stderr = Buffer.concat(result.stdErr).toString('utf8');
      return undefined;
    },
  })
    .env(call.env)
    .outputHandler((_command, out, err) => {
      out.on('data', count);
      err.on('data', count);
    });
  try {
    const stdout = await git.raw(call.args);
    return { exitCode: cut === undefined ? exitCode : undefined, stdout, stderr, cut };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * In a process group of its own, for all of them: ending `git fetch` alone leaves its `git-remote-https` behind (seen with
 * git 2.39), and execa ends a child of its own only, and no detached one, when this process exits.
 */
async function spawnGit(call: Invocation, options: SpawnOptions): Promise<GitBytes> {
  const { groups } = options;
  const child = execa('git', call.args, {
    cwd: options.cwd,
    env: call.env,
    extendEnv: false,
    detached: true,
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: { stdout: options.maxBytes, stderr: 1024 * 1024 },
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
  const forget = groups.add(child.pid);
  let timedOut = false;
  let killer: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    timedOut = true;
    groups.end(child.pid, 'SIGTERM');
    killer = setTimeout(() => groups.end(child.pid, 'SIGKILL'), 3_000);
  }, options.timeoutMs);
  try {
    const result = await child;
    if (result.isMaxBuffer) groups.end(child.pid, 'SIGKILL');
    const cut = timedOut ? 'timeout' : result.isMaxBuffer ? 'output' : undefined;
    const said = Buffer.from(result.stderr).toString('utf8');
    const stderr = result.exitCode === undefined && said === '' ? (result.originalMessage ?? '') : said;
    return { exitCode: cut === undefined ? result.exitCode : undefined, stdout: result.stdout, stderr, cut };
  } finally {
    clearTimeout(timer);
    clearTimeout(killer);
    forget();
  }
}

interface SpawnOptions {
  readonly groups: ProcessGroups;
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly input?: Readable | Uint8Array | undefined;
}
