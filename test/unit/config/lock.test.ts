import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ensureHome } from '../../../src/config/home.js';
import { acquireHomeLock } from '../../../src/config/lock.js';
import { aHome } from './a-home.js';

const BUILT = new URL('../../../dist/config/lock.js', import.meta.url).href;

/** Another process with the built program's own lock; it says what it got and then waits for its end. */
async function otherOwner(home: string) {
  const program = `
    const { acquireHomeLock } = await import(${JSON.stringify(BUILT)});
    globalThis.lock = acquireHomeLock(${JSON.stringify(home)});
    process.stdout.write(JSON.stringify({ ok: lock.ok, heldBy: lock.heldBy }) + '\\n');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const ended = once(child, 'exit');
  const said = await Promise.race([once(child.stdout, 'data'), ended.then(() => [complaint])]);
  return {
    pid: child.pid,
    got: JSON.parse(String(said[0])) as unknown,
    kill: () => (child.kill('SIGKILL'), ended),
  };
}

function newHome(): string {
  return ensureHome(join(aHome(), 'home')).home;
}

test('a home is owned by one process; SIGKILL of the owner sets it free', async () => {
  const home = newHome();
  const other = await otherOwner(home);
  expect(other.got).toEqual({ ok: true });
  expect(acquireHomeLock(home)).toEqual({ ok: false, heldBy: other.pid });
  await other.kill();
  const mine = acquireHomeLock(home);
  expect(mine.ok).toBe(true);
  expect((await otherOwner(home)).got).toEqual({ ok: false, heldBy: process.pid });
  if (mine.ok) mine.release();
});

test('the owner cannot take it twice, and has it again after its release', () => {
  const home = newHome();
  const first = acquireHomeLock(home);
  expect(acquireHomeLock(home)).toEqual({ ok: false, heldBy: process.pid });
  if (first.ok) first.release();
  const second = acquireHomeLock(home);
  expect(second.ok).toBe(true);
  // A late second release of the first must not take it away from the new owner.
  if (first.ok) first.release();
  expect(acquireHomeLock(home).ok).toBe(false);
  if (second.ok) second.release();
});

test('its files are for one user alone, and the pid is gone after the release', () => {
  const home = newHome();
  const lock = acquireHomeLock(home);
  const files = ['lock.db', 'pid'].map((name) => join(home, 'run', name));
  for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(home, 'run/pid'), 'utf8')).toBe(`${process.pid}\n`);
  if (lock.ok) lock.release();
  expect(existsSync(join(home, 'run/pid'))).toBe(false);
});

test('homes do not lock each other', () => {
  const locks = [newHome(), newHome()].map(acquireHomeLock);
  expect(locks.map(({ ok }) => ok)).toEqual([true, true]);
  for (const lock of locks) if (lock.ok) lock.release();
});

test('a home without its folders is told, not created', () => {
  expect(() => acquireHomeLock(join(aHome(), 'nowhere'))).toThrow(/cannot create .*lock\.db/);
});
