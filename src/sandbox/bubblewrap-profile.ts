// The arguments of bwrap(1) for one run: namespaces, the listed view of the system, the run's own folders.
import path from 'node:path';
import type { SandboxSpec } from './sandbox.js';
import { kernelView, systemView } from './system-view.js';

export interface ProfileOptions {
  /** `--disable-userns` needs bubblewrap 0.8 and a kernel that lets a container write the limit. */
  readonly disableUserns: boolean;
  /** Laid over with an empty folder. */
  readonly hidden: readonly string[];
}

type Bind = readonly [flag: '--bind' | '--ro-bind' | '--tmpfs', path: string];

/** Not the disk's: what a run writes to /tmp is memory, so it is limited. */
const tmpBytes = 512 * 1024 * 1024;

/**
 * The command line after `bwrap`. Without `--as-pid-1`: as PID 1 a program without handlers would not hear SIGTERM and
 * would have to reap its orphans. bubblewrap's own small init does that, and the sandbox signals the program itself.
 * The network is shared; everything else is apart.
 */
export function profile(spec: SandboxSpec, options: ProfileOptions): string[] {
  const apart = '--unshare-user --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try'.split(' ');
  const locked = '--die-with-parent --new-session --cap-drop ALL'.split(' ');
  const proc = ['--proc', '/proc', ...kernelView()];
  const own = `--dev /dev --perms 1777 --size ${tmpBytes} --tmpfs /tmp`.split(' ');
  // /tmp is a new one anyway.
  const hidden = options.hidden.map((folder) => path.resolve(folder)).filter((each) => !isOrHoldsTmp(each));
  const folders = binds(spec, hidden).flatMap(([flag, folder]) =>
    flag === '--tmpfs' ? [flag, folder] : [flag, folder, folder],
  );
  // The root itself is a small memory disk: read-only as well, or it would be a place to write that nobody named.
  const closed = [...hidden, '/'].flatMap((folder) => ['--remount-ro', folder]);
  const last = [...closed, '--chdir', spec.cwd, '--', ...spec.command];
  const userns = options.disableUserns ? ['--disable-userns'] : [];
  return [...apart, ...locked, ...userns, ...systemView(), ...proc, ...own, ...folders, ...last];
}

/** Outer folders first, so that an inner one is laid over them; at the same path hidden wins, then read-only. */
function binds(spec: SandboxSpec, hidden: readonly string[]): Bind[] {
  const all = new Map<string, Bind[0]>();
  for (const folder of spec.writable) all.set(path.resolve(folder), '--bind');
  for (const folder of spec.readOnly) all.set(path.resolve(folder), '--ro-bind');
  for (const folder of hidden) all.set(folder, '--tmpfs');
  return [...all]
    .map(([folder, flag]): Bind => [flag, folder])
    .sort(([, left], [, right]) => left.split('/').length - right.split('/').length);
}

function isOrHoldsTmp(folder: string): boolean {
  return folder === '/tmp' || folder === '/';
}
