// `kugetsu demo` as somebody sees it who tries it for the first time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startModelServer } from '../support/model-server.js';

const BIN = resolve('node_modules/.bin');

async function demo(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
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

test('D17: the demo plays the whole story and prints no address that is dead when it has ended', async () => {
  const { code, stdout } = await demo();
  expect(code).toBe(0);
  expect(stdout).toMatch(/Seen at the forge, all of it: T-\w+ ended in pull request #2, merged/);
  expect(stdout).not.toContain('http://');
});

test('D4: the demo with opencode says before it starts which model is missing and how to give it', async () => {
  const none = await demo('--agent', 'opencode');
  expect(none).toMatchObject({ code: 2, stdout: '' });
  expect(none.stderr).toContain('--model anthropic/claude-sonnet-4-5');
  const noKey = await demo('--agent', 'opencode', '--model', 'anthropic/claude-sonnet-4-5');
  expect(noKey).toMatchObject({ code: 2, stdout: '' });
  expect(noKey.stderr).toContain('set ANTHROPIC_API_KEY');
});

test('D4: the demo with opencode names program and model, and succeeds', async () => {
  const model = await startModelServer();
  onTestFinished(() => model.close());
  const work = 'use more languages\nmodel: write src/greet.txt Bonjour\nmodel: say Done.';
  const args = ['--agent', 'opencode', '--model', 'local/m', '--model-url', model.url, '--message', work];
  const { code, stdout } = await demo(...args);
  expect(stdout).toMatch(/^kugetsu demo: agent opencode 1\.\d+\.\d+ with local\/m, key: none, sandbox /);
  expect(stdout).toContain('merged, and nothing is left behind');
  expect(code).toBe(0);
});

test('D4: a demo whose task fails tells the reason in plain words, without marks', async () => {
  const model = await startModelServer();
  onTestFinished(() => model.close());
  const args = ['--agent', 'opencode', '--model', 'local/m', '--model-url', model.url];
  const { code, stderr } = await demo(...args, '--message', 'try\nmodel: status 401 no such key');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^kugetsu: the task did not succeed\. Failed .*no such key/m);
  expect(stderr).not.toMatch(/<!--|\*\*|<details>/);
});
