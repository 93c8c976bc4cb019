// Pushes against a real git server: the lease, each refusal by its cause, and a credential that leaves no trace.
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { expectTip, handOver, lab, sh, TOKEN, worktree, write, type Lab } from './lab.js';

const branch = 'fix/issue-14';

test('a push makes exactly the one branch, and may be repeated', async () => {
  const on = await lab();
  const sha = await work(on, 'one');
  expect(await on.mirror.remoteBranch(on.access, branch)).toBeUndefined();
  const push = () => on.mirror.push({ access: on.access, sha, branch, expected: undefined });
  expect(await push()).toEqual({ ok: true });
  expect(await push()).toEqual({ ok: true });
  expect(await on.mirror.remoteBranch(on.access, branch)).toBe(sha);
  expect(sh(on.forge, 'show', `${branch}:one.txt`)).toBe('one');
  expect(sh(on.forge, 'for-each-ref', '--format=%(refname)')).toBe(`refs/heads/${branch}\nrefs/heads/main`);
});

test('the lease: a branch that somebody else made or moved is not touched', async () => {
  const on = await lab();
  const sha = await work(on, 'one');
  const theirs = on.commitAtForge(branch, { 'theirs.txt': 'theirs' });
  const made = await on.mirror.push({ access: on.access, sha, branch, expected: undefined });
  expect(made).toMatchObject({ ok: false, cause: 'stale', message: /stale info/ });
  const moved = await on.mirror.push({ access: on.access, sha, branch, expected: on.base });
  expect(moved).toMatchObject({ ok: false, cause: 'stale' });
  expect(await on.mirror.remoteBranch(on.access, branch)).toBe(theirs);
  expect(await on.mirror.push({ access: on.access, sha, branch, expected: theirs })).toEqual({ ok: true });
  sh(on.forge, 'branch', '-D', branch);
  const gone = await on.mirror.push({ access: on.access, sha, branch, expected: theirs });
  expect(gone).toMatchObject({ ok: false, cause: 'stale' });
});

test('a refusal by a rule of the forge is passed on with its words', async () => {
  const on = await lab();
  const sha = await work(on, 'one');
  const hook = path.join(on.forge, 'hooks', 'pre-receive');
  writeFileSync(hook, '#!/bin/sh\necho "branch is protected \\033[31mred"\nexit 1\n');
  chmodSync(hook, 0o755);
  expect(await on.mirror.push({ access: on.access, sha, branch, expected: undefined })).toEqual({
    ok: false,
    cause: 'refused',
    message: expect.stringMatching(
      /pre-receive hook declined.*remote: branch is protected \[31mred/,
    ) as string,
  });
});

test('a wrong token, an outage and a rename each have their cause', async () => {
  const on = await lab();
  const sha = await work(on, 'one');
  const push = (change: object) =>
    on.mirror.push({ access: { ...on.access, ...change }, sha, branch, expected: undefined });
  expect(await push({ password: 'practice-token-wrong' })).toMatchObject({ ok: false, cause: 'auth' });
  expect(await push({ url: 'http://127.0.0.1:1/x.git' })).toMatchObject({ ok: false, cause: 'unavailable' });
  on.server.intercept = (_request, response) => {
    response.writeHead(502).end();
    return true;
  };
  expect(await push({})).toMatchObject({ ok: false, cause: 'unavailable', message: /502/ });
  await expect(on.mirror.remoteBranch(on.access, branch)).rejects.toMatchObject({ code: 'unavailable' });
  on.server.intercept = (_request, response) => {
    response.writeHead(301, { location: '/acme/renamed.git' }).end();
    return true;
  };
  expect(await push({})).toMatchObject({ ok: false, cause: 'unavailable', message: /renamed/ });
  on.server.intercept = undefined;
  const unknown = on.mirror.push({ access: on.access, sha: 'f'.repeat(40), branch, expected: undefined });
  await expect(unknown).rejects.toMatchObject({ code: 'failed' });
});

test('the branch of another one that ends with the same name is not taken for it', async () => {
  const on = await lab();
  await on.mirror.fetch(on.access);
  sh(on.forge, 'update-ref', `refs/x/refs/heads/${branch}`, on.base);
  expect(await on.mirror.remoteBranch(on.access, branch)).toBeUndefined();
});

test('the token is on no command line, in no environment and in no file while git runs or after', async () => {
  const on = await lab();
  const sha = await work(on, 'one');
  const seen: number[] = [];
  let looked = 0;
  on.server.intercept = (request) => {
    if (request.headers.authorization === undefined) return false;
    looked += 1;
    // While git waits for this answer: every process of this machine that we may look at.
    seen.push(processesWith(TOKEN));
    return false;
  };
  await on.mirror.fetch(on.access);
  expect(await on.mirror.push({ access: on.access, sha, branch, expected: undefined })).toEqual({ ok: true });
  expect(looked).toBeGreaterThan(2);
  expect(seen.every((count) => count === 0)).toBe(true);
  expect(grep(on.root, TOKEN)).toBe('');
  expect(grep(on.root, Buffer.from(`x-access-token:${TOKEN}`).toString('base64'))).toBe('');
});

async function work(on: Lab, name: string): Promise<string> {
  const dir = await worktree(on, branch);
  write(dir, { [`${name}.txt`]: name });
  const { tip, pack } = expectTip((await handOver(dir, on.base)).result);
  const answer = await on.mirror.receive({ tip, pack, base: on.base, keep: 'session/1' });
  if (!answer.ok) throw new Error(answer.reason);
  return answer.received.tip;
}

function processesWith(text: string): number {
  const script = 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | grep -caF -f "$1"; true';
  return Number(
    withPattern(text, (file) => execFileSync('sh', ['-c', script, 'look', file], { encoding: 'utf8' })),
  );
}

function grep(dir: string, text: string): string {
  return withPattern(text, (file) =>
    execFileSync('sh', ['-c', 'grep -rlF -f "$1" --exclude=pattern "$2" || true', 'grep', file, dir], {
      encoding: 'utf8',
    }),
  );
}

/** The text in a file, so that looking for it does not put it on a command line. */
function withPattern<T>(text: string, use: (file: string) => T): T {
  const file = path.join(execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim(), 'pattern');
  writeFileSync(file, text);
  try {
    return use(file);
  } finally {
    execFileSync('rm', ['-rf', path.dirname(file)]);
  }
}
