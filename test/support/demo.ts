// `kugetsu demo` as a process, with a home of its own that is removed with the test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

const BIN = resolve('node_modules/.bin');

export async function demo(
  ...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'kugetsu-demo-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const env = { PATH: `${BIN}${delimiter}${process.env['PATH'] ?? ''}`, HOME: folder, TMPDIR: folder };
  const child = spawn(process.execPath, ['dist/main.js', 'demo', ...args], { env });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
