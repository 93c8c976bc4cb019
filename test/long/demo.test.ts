// `kugetsu demo` with the real opencode as its agent.
import { expect, onTestFinished, test } from 'vitest';
import { demo } from '../support/demo.js';
import { startModelServer } from '../support/model-server.js';

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

test('D4: a demo with opencode whose task fails tells the reason in plain words, without marks', async () => {
  const model = await startModelServer();
  onTestFinished(() => model.close());
  const args = ['--agent', 'opencode', '--model', 'local/m', '--model-url', model.url];
  const { code, stderr } = await demo(...args, '--message', 'try\nmodel: status 401 no such key');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^kugetsu: the task did not succeed\. Failed .*no such key/m);
  expect(stderr).not.toMatch(/<!--|\*\*|<details>/);
});
