// What the git tests stand on: a served repository, a git room in fresh folders, and plain git for looking at results.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createGit, type GitDeps } from '../../../src/git/create.js';
import type { Git, Mirror } from '../../../src/git/git.js';
import { handoverCommand, readHandover, type Handover } from '../../../src/git/handover.js';
import { startGitServer, type GitServer } from '../../support/git-server.js';

export const TOKEN = 'practice-token-0123456789abcdef';
export const ID = { name: 'Kugetsu Bot', email: 'bot@noreply.example.com' };

export interface Lab {
  readonly root: string;
  readonly worktrees: string;
  readonly server: GitServer;
  readonly git: Git;
  readonly mirror: Mirror;
  readonly access: { url: string; username: string; password: string };
  /** The forge's bare repository. */
  readonly forge: string;
  /** First commit of `main`. */
  readonly base: string;
  /** Commits these files on top of `main` (or `from`) at the forge; returns the sha. */
  readonly commitAtForge: (branch: string, files: Record<string, string>, from?: string) => string;
  /** Another room on the same folders, with other settings. */
  readonly room: (settings: Partial<GitDeps>) => Git;
}

/** Removed with its server at the end of the test. */
export async function lab(): Promise<Lab> {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'kugetsu-git-')));
  const forge = path.join(root, 'forge', 'acme', 'api.git');
  mkdirSync(forge, { recursive: true });
  sh(root, 'init', '--quiet', '--bare', '--initial-branch=main', forge);
  const server = await startGitServer(path.join(root, 'forge'), TOKEN);
  onTestFinished(async () => {
    await server.close();
    rmSync(root, { recursive: true, force: true });
  });
  const folders = { mirrorsDir: path.join(root, 'mirrors'), worktreesDir: path.join(root, 'worktrees') };
  const room = (settings: Partial<GitDeps>) =>
    createGit({ ...folders, runDir: path.join(root, 'run'), ...settings });
  const git = room({});
  const commitAtForge = (branch: string, files: Record<string, string>, from = 'main') =>
    commitTo(root, forge, branch, files, from);
  const base = commitAtForge('main', { 'README.md': 'hello\n', 'src/a.txt': 'a\n' });
  return {
    root,
    worktrees: folders.worktreesDir,
    server,
    git,
    mirror: git.mirror({ forge: 'work', id: '12' }),
    access: { url: `${server.origin}/acme/api.git`, username: 'x-access-token', password: TOKEN },
    forge,
    base,
    commitAtForge,
    room,
  };
}

/** A worktree on a fresh branch at the lab's base; the mirror is fetched first. */
export async function worktree(on: Lab, branch = 'fix/issue-14'): Promise<string> {
  await on.mirror.fetch(on.access);
  const dir = path.join(on.worktrees, '12', branch.replaceAll('/', '_'));
  await on.mirror.addWorktree({ dir, branch, sha: on.base, identity: ID });
  return dir;
}

/** Plain git as a person would run it in `cwd`, with its output. */
export function sh(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd,
    env: PERSON,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

export function write(dir: string, files: Record<string, string | Buffer>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), content);
  }
}

/** What the sandbox does at the end of a turn, here without one. */
export async function handOver(
  dir: string,
  base: string,
  options: { branch?: string; maxBytes?: number } = {},
) {
  const branch = options.branch ?? 'fix/issue-14';
  const [program, ...args] = handoverCommand({ base, branch, message: 'Left-over changes', identity: ID });
  const child = spawn(program, args, { cwd: dir, env: PERSON, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  onTestFinished(() => void child.kill('SIGKILL'));
  const result = await readHandover(child.stdout, { maxBytes: options.maxBytes ?? 50e6, timeoutMs: 20_000 });
  return { result, said: () => stderr };
}

export function expectTip(result: Handover): Extract<Handover, { kind: 'tip' }> {
  if (result.kind !== 'tip') throw new Error(`no commits came over: ${JSON.stringify(result)}`);
  return result;
}

const PERSON = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

function commitTo(
  root: string,
  forge: string,
  branch: string,
  files: Record<string, string>,
  from: string,
): string {
  const work = mkdtempSync(path.join(root, 'work-'));
  sh(work, 'init', '--quiet', `--initial-branch=${branch}`);
  if (existsSync(path.join(forge, 'refs', 'heads', 'main'))) {
    sh(work, 'fetch', '--quiet', forge, from);
    sh(work, 'reset', '--hard', '--quiet', 'FETCH_HEAD');
  }
  write(work, files);
  sh(work, 'add', '-A');
  sh(work, 'commit', '--quiet', '--allow-empty', '-m', `Change ${Object.keys(files).join(', ')}`);
  sh(work, 'push', '--quiet', '--force', forge, `HEAD:refs/heads/${branch}`);
  const sha = sh(work, 'rev-parse', 'HEAD');
  rmSync(work, { recursive: true });
  return sha;
}
