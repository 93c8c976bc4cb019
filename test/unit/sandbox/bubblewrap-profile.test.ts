// The arguments of bubblewrap: what a run sees, in which order, and nothing more.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { profile } from '../../../src/sandbox/bubblewrap-profile.js';
import { nodeView } from '../../../src/sandbox/system-view.js';

const spec = { command: ['x', '--flag'], cwd: '/w/a', env: {}, runId: 'r' } as const;

test('inner folders are laid over outer ones, and read-only wins at the same path', () => {
  const writable = ['/w/a/b/c', '/w/a', '/w/same'];
  const args = profile(
    { ...spec, writable, readOnly: ['/w/a/b', '/w/same/'] },
    { disableUserns: true, hidden: [] },
  );
  const from = args.indexOf('--tmpfs') + 2;
  const laid = '--bind /w/a /w/a --ro-bind /w/same /w/same --ro-bind /w/a/b /w/a/b --bind /w/a/b/c /w/a/b/c';
  expect(args.slice(from).join(' ')).toBe(`${laid} --remount-ro / --chdir /w/a -- x --flag`);
});

test('namespaces, rights and the end with the parent are always there; the root of the machine never is', () => {
  const args = profile({ ...spec, writable: [], readOnly: [] }, { disableUserns: false, hidden: [] });
  for (const flag of [
    '--unshare-user',
    '--unshare-pid',
    '--unshare-ipc',
    '--unshare-uts',
    '--die-with-parent',
    '--new-session',
  ])
    expect(args).toContain(flag);
  expect(args.join(' ')).toContain('--cap-drop ALL');
  expect(args).not.toContain('--disable-userns');
  expect(args.join(' ')).not.toMatch(/bind \/ \/|\/etc\/shadow|bind \/etc \/etc|\/root|\/var/);
});

test("a node in a person's home is shown by its parts, not by its folder", () => {
  const prefix = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'kugetsu-node-')));
  onTestFinished(() => rmSync(prefix, { recursive: true }));
  mkdirSync(path.join(prefix, 'bin'));
  mkdirSync(path.join(prefix, 'lib/node_modules/npm'), { recursive: true });
  writeFileSync(path.join(prefix, 'bin/node'), '');
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', path.join(prefix, 'bin/npm'));
  const [node, npm, modules] = ['bin/node', 'bin/npm', 'lib/node_modules/npm'].map((name) =>
    path.join(prefix, name),
  );
  const expected = ['--ro-bind', node, node, '--ro-bind', modules, modules];
  expect(nodeView(String(node))).toEqual([
    ...expected,
    '--symlink',
    '../lib/node_modules/npm/bin/npm-cli.js',
    npm,
  ]);
  expect(nodeView('/usr/bin/node')).toEqual([]);
});
