// `kugetsu demo` as somebody sees it who tries it for the first time. With opencode: `npm run test:agents`.
import { expect, test } from 'vitest';
import { demo } from '../support/demo.js';

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

test('D4: a demo whose task fails tells the reason in plain words, without marks', async () => {
  const order = `scripted: run git commit --allow-empty -m "$(printf 'a\\033b')"`;
  const { code, stderr } = await demo('--message', `try\n${order}`);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^kugetsu: the task did not succeed\. Failed .*holds control characters/m);
  expect(stderr).not.toMatch(/<!--|\*\*|<details>/);
});
