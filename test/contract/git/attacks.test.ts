// What an agent can leave in its worktree to make git of the server run a program: with a shared git directory most of these
// do. Each leaves a marker when it works; then the whole way of a hand-over runs and the next worktree is made.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { expectTip, handOver, ID, lab, sh, worktree, write, type Lab } from './lab.js';

interface Trap {
  readonly dir: string;
  /** A program that leaves this attack's marker. */
  readonly evil: string;
  readonly on: Lab;
}

const ATTACKS: Record<string, (trap: Trap) => void> = {
  'core.fsmonitor in the config': ({ dir, evil }) => config(dir, 'core.fsmonitor', evil),
  'the git directory replaced by one with fsmonitor': ({ dir, evil, on }) => {
    rmSync(path.join(dir, '.git'), { recursive: true });
    sh(on.root, 'clone', '--quiet', on.forge, path.join(dir, 'fresh'));
    cpSync(path.join(dir, 'fresh', '.git'), path.join(dir, '.git'), { recursive: true });
    rmSync(path.join(dir, 'fresh'), { recursive: true });
    config(dir, 'core.fsmonitor', evil);
  },
  'every hook': ({ dir, evil }) => {
    mkdirSync(path.join(dir, '.git', 'hooks'), { recursive: true });
    for (const hook of [
      'pre-commit',
      'post-commit',
      'pre-push',
      'post-checkout',
      'reference-transaction',
      'post-index-change',
    ])
      cpSync(evil, path.join(dir, '.git', 'hooks', hook));
  },
  'core.hooksPath and hooks in the tree': ({ dir, evil }) => {
    for (const hook of ['post-checkout', 'pre-push', 'update', 'pre-receive', 'post-merge']) {
      write(dir, { [`hooks/${hook}`]: '' });
      cpSync(evil, path.join(dir, 'hooks', hook));
    }
    config(dir, 'core.hooksPath', path.join(dir, 'hooks'));
  },
  'a nested repository with fsmonitor': ({ dir, evil }) => {
    write(dir, { 'sub/f': 'x' });
    sh(path.join(dir, 'sub'), 'init', '--quiet');
    config(path.join(dir, 'sub'), 'core.fsmonitor', evil);
  },
  'a filter by attributes in the tree': ({ dir, evil }) => {
    write(dir, { '.gitattributes': '* filter=k diff=k merge=k\n' });
    for (const key of [
      'filter.k.clean',
      'filter.k.smudge',
      'filter.k.process',
      'diff.k.textconv',
      'diff.k.command',
    ])
      config(dir, key, evil);
  },
  'attributes and config by the private paths of a git directory': ({ dir, evil }) => {
    write(dir, { '.git/info/attributes': '* filter=k\n' });
    config(dir, 'filter.k.smudge', evil);
    config(dir, 'include.path', path.join(dir, 'evil.config'));
  },
  'commondir to a repository of its own': ({ dir, evil }) => {
    const fake = path.join(dir, 'fake');
    cpSync(path.join(dir, '.git'), fake, { recursive: true });
    appendFileSync(path.join(fake, 'config'), `[core]\n\tfsmonitor = ${evil}\n`);
    writeFileSync(path.join(dir, '.git', 'commondir'), `${fake}\n`);
  },
  'insteadOf to a program': ({ dir, evil, on }) => {
    config(dir, `url.ext::${evil} .insteadOf`, on.server.origin);
    config(dir, 'protocol.ext.allow', 'always');
  },
  'a credential helper, askpass and ssh command': ({ dir, evil }) => {
    config(dir, 'credential.helper', `!${evil}`);
    config(dir, 'core.askPass', evil);
    config(dir, 'core.sshCommand', evil);
  },
  'programs of upload-pack, receive-pack and signing': ({ dir, evil }) => {
    for (const key of [
      'uploadpack.packObjectsHook',
      'remote.origin.receivepack',
      'gpg.program',
      'core.pager',
      'core.editor',
    ])
      config(dir, key, evil);
    config(dir, 'commit.gpgSign', 'true');
  },
  'submodules with update commands': ({ dir, evil, on }) => {
    write(dir, { '.gitmodules': `[submodule "s"]\n\tpath = s\n\turl = ext::${evil}\n` });
    config(dir, 'submodule.s.update', `!${evil}`);
    config(dir, 'submodule.s.url', on.forge);
    config(dir, 'submodule.recurse', 'true');
  },
  'branches named like options': ({ dir, evil }) => {
    const packed = `${sh(dir, 'rev-parse', 'HEAD')} refs/heads/--receive-pack=${evil}\n`;
    writeFileSync(path.join(dir, '.git', 'packed-refs'), packed);
    write(dir, { [`--upload-pack=${path.basename(evil)}`]: 'x', '--exec': 'x' });
  },
};

test.each(Object.entries(ATTACKS))('%s: no program runs', async (_name, attack) => {
  const on = await lab();
  const dir = await worktree(on);
  const marker = path.join(on.root, 'MARKER');
  const evil = path.join(dir, 'evil.sh');
  writeFileSync(evil, `#!/bin/sh\ntouch ${marker}\nexec cat\n`);
  chmodSync(evil, 0o755);
  write(dir, { 'work.txt': 'work' });
  attack({ dir, evil, on });
  const { result } = await handOver(dir, on.base);
  // The script runs in the sandbox, where the agent may run what it likes; from here on it is the server.
  rmSync(marker, { force: true });
  const received = await on.mirror.receive({ ...expectTip(result), base: on.base, keep: 'session/1' });
  if (!received.ok) throw new Error(received.reason);
  const { tip } = received.received;
  const pushed = await on.mirror.push({
    access: on.access,
    sha: tip,
    branch: 'fix/issue-14',
    expected: undefined,
  });
  expect(pushed).toEqual({ ok: true });
  expect(sh(on.forge, 'show', 'fix/issue-14:work.txt')).toBe('work');
  const next = path.join(on.worktrees, '12', 'next');
  await on.mirror.addWorktree({ dir: next, branch: 'fix/issue-15', sha: tip, identity: ID });
  expect(existsSync(path.join(next, '.git', 'hooks'))).toBe(false);
  await on.mirror.fetch(on.access);
  await on.git.removeTree(dir);
  expect(existsSync(marker)).toBe(false);
  expect(readdirSync(on.root)).not.toContain('MARKER');
});

test('the traps are real: plain git in such a worktree falls into one', async () => {
  const on = await lab();
  const dir = await worktree(on);
  const marker = path.join(on.root, 'MARKER');
  write(dir, { 'evil.sh': `#!/bin/sh\ntouch ${marker}\n` });
  chmodSync(path.join(dir, 'evil.sh'), 0o755);
  config(dir, 'core.fsmonitor', path.join(dir, 'evil.sh'));
  execFileSync('git', ['status'], { cwd: dir, stdio: 'ignore' });
  expect(existsSync(marker)).toBe(true);
});

function config(dir: string, key: string, value: string): void {
  sh(dir, 'config', key, value);
}
