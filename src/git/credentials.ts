// How a credential reaches git: GIT_ASKPASS runs a small script that reads a private file which lives as long as one command.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GitAccess } from '../forges/forge.js';
import { GitError } from './git.js';

const PREFIX = 'git-credential-';

/**
 * The private part of `runDir`: an empty home, the askpass script, no credential files of an earlier process (one process
 * owns a home). Returns the home's path.
 */
export async function prepareRunDir(runDir: string): Promise<string> {
  const home = homeIn(runDir);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const leftOver = (await readdir(runDir)).filter((name) => name.startsWith(PREFIX));
  await Promise.all(leftOver.map((name) => rm(path.join(runDir, name), { force: true })));
  const draft = path.join(runDir, `.askpass-${randomUUID()}`);
  await writeFile(draft, ASKPASS, { mode: 0o700, flag: 'wx' });
  await rename(draft, askpassIn(runDir));
  return home;
}

/** Runs `use` with the variables that let git ask for this credential; its file is gone afterwards. */
export async function withCredential<T>(
  runDir: string,
  access: GitAccess,
  use: (env: Record<string, string>) => Promise<T>,
): Promise<T> {
  if (/[\0\r\n]/.test(access.username + access.password))
    throw new GitError('auth', 'the credential for the forge holds a line break');
  const file = path.join(runDir, PREFIX + randomUUID());
  try {
    await writeFile(file, `${access.username}\n${access.password}\n`, { mode: 0o600, flag: 'wx' });
    return await use({ GIT_ASKPASS: askpassIn(runDir), KUGETSU_GIT_CREDENTIAL: file });
  } finally {
    await rm(file, { force: true });
  }
}

export function homeIn(runDir: string): string {
  return path.join(runDir, 'git-home');
}

function askpassIn(runDir: string): string {
  return path.join(runDir, 'git-askpass');
}

// Only shell builtins, so nothing of it shows on a command line.
const ASKPASS = `#!/bin/sh
{ IFS= read -r user; IFS= read -r secret; } < "$KUGETSU_GIT_CREDENTIAL" || exit 1
case "$1" in
  [Uu]sername*) printf '%s\\n' "$user" ;;
  [Pp]assword*) printf '%s\\n' "$secret" ;;
  *) exit 1 ;;
esac
`;
