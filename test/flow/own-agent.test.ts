// The script of docs/agents.md, copied as a reader would copy it.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';

test('D5: the script of docs/agents.md works as it stands, over two turns', async () => {
  const [, script] = /```sh\n(#!\/bin\/sh\n[\s\S]*?)```/.exec(readFileSync('docs/agents.md', 'utf8')) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'kugetsu-own-agent-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = join(folder, 'greeter');
  writeFileSync(program, script ?? '');
  chmodSync(program, 0o755);
  const k = await kugetsuOn(giteaFace, {
    agents: [`scripted: { kind: command, command: ["${program}"] }`],
    config: ['limits: { memoryPerAgentMb: 0 }'],
  });
  const issue = await k.as('maintainer').openIssue('Greet us');
  await issue.comment('/kugetsu start');
  await k.settle();
  expect(await issue.final()).toContain('Greeted in turn 1.');
  expect(await issue.report()).toContain('- [x] `Write the greeting`');
  await issue.comment('/kugetsu continue once more');
  await k.settle();
  expect(await issue.final()).toContain('Greeted in turn 2.');
  const about = `work:acme/api#${issue.number}`;
  expect(k.show(`fix/issue-${issue.number}:greetings.txt`)).toBe(
    `Hello from turn 1 of ${about}\nHello from turn 2 of ${about}\n`,
  );
});

test('review: a session id that no program could be started with is kept from the next turn', async () => {
  const k = await kugetsuOn(giteaFace);
  const issue = await k.as('maintainer').openIssue('A strange name');
  await issue.comment('/kugetsu start\nscripted: raw {"type":"session","id":"a\\u0000b"}');
  await k.settle();
  await issue.comment('/kugetsu continue\nscripted: summary went on');
  await k.settle();
  expect(await issue.final()).toContain('went on');
});
