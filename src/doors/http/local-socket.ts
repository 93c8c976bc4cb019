// A listener on a socket in the home: for this user alone, and the file of a dead process is replaced.
import { lstatSync, rmSync } from 'node:fs';
import { KugetsuError } from '../../support/errors.js';
import type { Log } from '../../support/log.js';
import { closed, limitedServer, listening, type Answering, type ListenerBindings } from './listen.js';

export interface LocalSocket {
  readonly path: string;
  close(): Promise<void>;
}

/** The kernel's own bound, with the zero at the end: 108 on Linux, 104 elsewhere. */
const MOST_PATH_BYTES = process.platform === 'linux' ? 107 : 103;

/**
 * Needs the lock of the home: whoever answered at this path before lives no more.
 * Throws `socket_unusable` (4) where the path is too long or something else is there.
 */
export async function listenLocally(
  app: Answering<ListenerBindings>,
  log: Log,
  path: string,
): Promise<LocalSocket> {
  const bytes = Buffer.byteLength(path);
  if (bytes > MOST_PATH_BYTES) {
    const fix = 'name a folder with a shorter path in KUGETSU_HOME';
    throw unusable(path, `the path has ${bytes} bytes, a socket may have ${MOST_PATH_BYTES}; ${fix}`);
  }
  removeStale(path);
  const server = limitedServer(app, log, () => undefined);
  await listening(server, () => {
    // The file is made at once, in this very call: nothing else of the process runs under this mask.
    const before = process.umask(0o177);
    try {
      server.listen(path);
    } finally {
      process.umask(before);
    }
  }).catch((cause: unknown) => {
    throw unusable(path, 'the system refuses it', cause);
  });
  return { path, close: () => closed(server) };
}

function removeStale(path: string): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isSocket()) throw unusable(path, 'something else lies there; move it away');
  rmSync(path);
}

function unusable(path: string, why: string, cause?: unknown): KugetsuError {
  const details = { exitCode: 4 as const, ...(cause !== undefined && { cause }) };
  return new KugetsuError('socket_unusable', `cannot listen on ${path}: ${why}`, details);
}
