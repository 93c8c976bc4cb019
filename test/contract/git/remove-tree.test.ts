// The one remover of folders that an agent could write: as an ordinary user, and where something will not go.
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTreeRemover, openTree, quietly } from '../../../src/git/remove-tree.js';
import { createLog } from '../../../src/support/log.js';
import { createMasker } from '../../../src/support/mask.js';

const NOBODY = 65_534;

test('C2: an ordinary user gets rid of folders without rights, as the module cache of Go leaves them', async () => {
  const on = newPlace();
  const cache = path.join(on.root, 'kugetsu-run-1', 'cache/mod');
  mkdirSync(cache, { recursive: true });
  writeFileSync(path.join(cache, 'go.mod'), 'module a');
  await asOrdinaryUser(on.root, async () => {
    for (const [folder, mode] of [
      [cache, 0o555],
      [path.dirname(cache), 0o000],
      [path.join(on.root, 'kugetsu-run-1'), 0o555],
    ] as const)
      chmodSync(folder, mode);
    await createTreeRemover({ root: on.root, trash: 'name', log: on.log })(
      path.join(on.root, 'kugetsu-run-1'),
    );
  });
  expect(readdirSync(on.root)).toEqual([]);
  expect(on.lines).toEqual([]);
});

test('C7: a folder of an ordinary user is his again, whatever modes it had', async () => {
  const on = newPlace();
  const inner = path.join(on.root, 'worktree/.git');
  mkdirSync(inner, { recursive: true });
  writeFileSync(path.join(inner, 'HEAD'), 'x');
  await asOrdinaryUser(on.root, async () => {
    chmodSync(path.join(inner, 'HEAD'), 0o000);
    for (const folder of [inner, path.dirname(inner)]) chmodSync(folder, 0o000);
    await openTree(path.dirname(inner));
    writeFileSync(path.join(inner, 'HEAD'), 'y');
  });
});

test('C2: what will not go is named, is out of the way, and goes with a later removal or after a restart', async () => {
  const on = newPlace();
  for (const name of ['one', 'two', 'three']) mkdirSync(path.join(on.root, name));
  const deps = { root: on.root, trash: 'name', log: on.log } as const;
  const remove = quietly(createTreeRemover(deps), on.log);
  await withBrokenRm(on.tools, async () => remove(path.join(on.root, 'one')));
  const [kept = ''] = readdirSync(on.root).filter((name) => name.startsWith('.kugetsu-trash-'));
  expect(existsSync(path.join(on.root, 'one'))).toBe(false);
  expect(on.lines.join('')).toMatch(new RegExp(`${kept}.*Device or resource busy.*trash.kept`));
  await remove(path.join(on.root, 'two'));
  expect(readdirSync(on.root)).toEqual(['three']);

  await withBrokenRm(on.tools, async () => remove(path.join(on.root, 'three')));
  expect(readdirSync(on.root)).toHaveLength(1);
  await createTreeRemover(deps)(path.join(on.root, 'nothing'));
  expect(readdirSync(on.root)).toEqual([]);
  await remove('/');
  expect(on.lines.at(-1)).toContain('folder.kept');
});

function newPlace() {
  const place = realpathSync(mkdtempSync(path.join(tmpdir(), 'kugetsu-remove-')));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  const [root, tools] = [path.join(place, 'root'), path.join(place, 'tools')];
  for (const folder of [root, tools]) mkdirSync(folder);
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { root, tools, lines, log: createLog({ level: 'info', masker: createMasker(), destination }) };
}

/** Root passes over every mode: this process is somebody else for a moment, its `rm` and `chmod` too. */
async function asOrdinaryUser(root: string, work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0 || process.seteuid === undefined) return work();
  chmodSync(path.dirname(root), 0o755);
  for (const name of ['', ...readdirSync(root, { recursive: true, encoding: 'utf8' })])
    chownSync(path.join(root, name), NOBODY, NOBODY);
  process.seteuid(NOBODY);
  try {
    await work();
  } finally {
    process.seteuid(0);
  }
}

/** What a mount or a dying disk does to `rm`. */
async function withBrokenRm(tools: string, work: () => Promise<void>): Promise<void> {
  const before = process.env['PATH'];
  writeFileSync(path.join(tools, 'rm'), '#!/bin/sh\necho "rm: Device or resource busy" >&2\nexit 1\n', {
    mode: 0o755,
  });
  process.env['PATH'] = `${tools}:${before}`;
  try {
    await work();
  } finally {
    process.env['PATH'] = before;
  }
}
