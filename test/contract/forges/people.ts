// What people do at a forge, in the words of its own API.
import { z } from 'zod';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RepoRef, IssueRef } from '../../../src/domain/refs.js';
import type { Answer, Role, World } from './world.js';

const NUMBERED = z.object({ number: z.int() });
const WITH_ID = z.object({ id: z.int() });

export async function openIssue(
  world: World,
  role: Role,
  repo: RepoRef,
  text: { title: string; body?: string },
): Promise<IssueRef> {
  const made = must(await world.as(role)('POST', `/repos/${repo.path}/issues`, text));
  return { repo, number: NUMBERED.parse(made).number };
}

/** Answers the comment's id. */
export async function comment(world: World, role: Role, subject: IssueRef, body: string): Promise<string> {
  return String(WITH_ID.parse(must(await world.as(role)('POST', `${api(subject)}/comments`, { body }))).id);
}

/** Made in the repository where it is not there. */
export async function label(world: World, role: Role, subject: IssueRef, name: string): Promise<void> {
  const repo = `/repos/${subject.repo.path}`;
  const known = z
    .array(z.object({ name: z.string() }))
    .parse(must(await world.as(role)('GET', `${repo}/labels`)));
  if (!known.some((one) => one.name === name)) {
    const color = world.kind === 'gitea' ? '#ee0701' : 'ee0701';
    must(await world.as(role)('POST', `${repo}/labels`, { name, color }));
  }
  must(await world.as(role)('POST', `${api(subject)}/labels`, { labels: [name] }));
}

export async function unlabel(world: World, role: Role, subject: IssueRef, name: string): Promise<void> {
  const labels = z.array(z.object({ id: z.int(), name: z.string() }));
  const there = labels.parse(must(await world.as(role)('GET', `${api(subject)}/labels`)));
  const id = there.find((one) => one.name === name)?.id;
  const at = world.kind === 'gitea' ? id : encodeURIComponent(name);
  must(await world.as(role)('DELETE', `${api(subject)}/labels/${at}`));
}

export async function closePull(world: World, role: Role, subject: IssueRef): Promise<void> {
  const path = `/repos/${subject.repo.path}/pulls/${subject.number}`;
  must(await world.as(role)('PATCH', path, { state: 'closed' }));
}

/** With a merge commit; the head branch is deleted after it. */
export async function mergePull(world: World, role: Role, subject: IssueRef, branch: string): Promise<void> {
  const repo = `/repos/${subject.repo.path}`;
  const path = `${repo}/pulls/${subject.number}/merge`;
  if (world.kind === 'gitea') {
    must(await world.as(role)('POST', path, { Do: 'merge', delete_branch_after_merge: true }));
    return;
  }
  must(await world.as(role)('PUT', path, { merge_method: 'merge' }));
  must(await world.as(role)('DELETE', `${repo}/git/refs/heads/${branch}`));
}

export async function review(
  world: World,
  role: Role,
  subject: IssueRef,
  wish: {
    readonly event: 'approve' | 'request changes' | 'comment';
    readonly body: string;
    readonly inline?: readonly { path: string; line: number; body: string }[];
  },
): Promise<void> {
  const gitea = world.kind === 'gitea';
  const events = {
    approve: gitea ? 'APPROVED' : 'APPROVE',
    'request changes': 'REQUEST_CHANGES',
    comment: 'COMMENT',
  };
  const comments = (wish.inline ?? []).map(({ path, line, body }) =>
    gitea ? { path, body, new_position: line } : { path, body, line, side: 'RIGHT' },
  );
  const path = `/repos/${subject.repo.path}/pulls/${subject.number}/reviews`;
  must(await world.as(role)('POST', path, { event: events[wish.event], body: wish.body, comments }));
}

export async function rename(world: World, repo: RepoRef, name: string): Promise<string> {
  must(await world.as('admin')('PATCH', `/repos/${repo.path}`, { name }));
  return `${repo.path.split('/')[0]}/${name}`;
}

export async function archive(world: World, repo: RepoRef): Promise<void> {
  must(await world.as('admin')('PATCH', `/repos/${repo.path}`, { archived: true }));
}

export async function fork(world: World, role: Role, repo: RepoRef): Promise<string> {
  const made = must(await world.as(role)('POST', `/repos/${repo.path}/forks`, {}));
  return z.object({ full_name: z.string() }).parse(made).full_name;
}

/** A new branch with one commit that writes `file`; answers the commit. */
export async function pushBranch(
  world: World,
  role: Role,
  path: string,
  branch: string,
  file = `${branch.replaceAll('/', '-')}.txt`,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kugetsu-contract-'));
  try {
    await git(folder, ['clone', '--quiet', world.gitUrl(role, path), 'work']);
    const work = join(folder, 'work');
    await git(work, ['switch', '--quiet', '--create', branch]);
    await writeFile(join(work, file), `one\ntwo\nthree\nfor ${branch}\n`);
    await git(work, ['add', '--all']);
    await git(work, ['commit', '--quiet', '--message', `Work on ${branch}`]);
    await git(work, ['push', '--quiet', 'origin', branch]);
    return (await git(work, ['rev-parse', 'HEAD'])).trim();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** With nothing of this machine's own configuration. */
export async function git(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const clean = {
    PATH: process.env['PATH'] ?? '',
    HOME: cwd,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Agent',
    GIT_AUTHOR_EMAIL: 'agent@example.com',
    GIT_COMMITTER_NAME: 'Agent',
    GIT_COMMITTER_EMAIL: 'agent@example.com',
    ...env,
  };
  return (await promisify(execFile)('git', args, { cwd, env: clean })).stdout;
}

export function must(answer: Answer): unknown {
  if (answer.status < 300) return answer.body;
  throw new Error(`the forge answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}

function api(subject: IssueRef): string {
  return `/repos/${subject.repo.path}/issues/${subject.number}`;
}
