// What keeps opencode sessions apart from each other, from the repository's own settings and from the network. Part of agents.test.ts.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createOpencodeAgent } from '../../../src/agents/opencode/opencode.js';
import { scriptedModel, startModelServer } from '../../support/model-server.js';
import { createBench, runTurn, sandboxes } from '../../support/scripted-bench.js';
import { opencodeProgram } from './variants.js';

for (const { sandbox, missing } of sandboxes) {
  const where = `in ${sandbox.kind}${missing === undefined ? '' : ` (${missing})`}`;

  test.skipIf(missing !== undefined)(
    `two opencodes at once ${where}: nothing of one reaches the other`,
    async () => {
      const server = await startModelServer();
      const agent = createOpencodeAgent({
        name: 'opencode',
        program: opencodeProgram,
        ...scriptedModel(server),
      });
      const sides = await Promise.all(
        ['heron', 'otter'].map(async (secret) => {
          const bench = createBench(sandbox);
          const session = await bench.open(agent);
          const orders = [
            `The word is ${secret}.`,
            `model: write word.txt ${secret}`,
            'model: bash pwd',
            'model: say Done.',
          ];
          const { outcome } = await runTurn(session, orders.join('\n'));
          const result = {
            secret,
            outcome,
            id: session.id,
            folder: bench.cwd,
            written: bench.read('word.txt'),
          };
          await session.close();
          await bench.remove();
          return result;
        }),
      );
      await server.close();
      const [one, two] = sides;
      expect(sides.map(({ outcome }) => outcome)).toEqual(
        [0, 1].map(() => ({ kind: 'done', text: 'Done.' })),
      );
      expect(sides.map(({ written }) => written)).toEqual(['heron\n', 'otter\n']);
      expect(one?.id).toMatch(/^ses_/);
      expect(one?.id).not.toBe(two?.id);
      for (const side of sides) {
        const other = side === one ? two : one;
        const mine = server.requests.filter(({ raw }) => raw.includes(side.secret));
        expect(mine.length).toBe(3);
        expect(mine.every(({ raw }) => raw.includes(side.folder))).toBe(true);
        expect(
          mine.some(({ raw }) => raw.includes(String(other?.secret)) || raw.includes(String(other?.folder))),
        ).toBe(false);
      }
    },
  );
}

test("opencode: the repository's own settings and plugins do not run, its instructions are read", async () => {
  const server = await startModelServer();
  const [none] = sandboxes;
  if (none === undefined) throw new Error('no sandbox');
  const bench = createBench(none.sandbox);
  const plugin = path.join(bench.cwd, '.opencode/plugins');
  mkdirSync(plugin, { recursive: true });
  const proof = path.join(bench.root, 'plugin-ran');
  writeFileSync(path.join(plugin, 'bad.js'), `require('fs').writeFileSync(${JSON.stringify(proof)}, 'x');\n`);
  writeFileSync(
    path.join(bench.cwd, 'opencode.json'),
    JSON.stringify({ permission: { bash: 'deny', edit: 'deny' } }),
  );
  writeFileSync(path.join(bench.cwd, 'AGENTS.md'), 'Always whistle.\n');
  bench.git('add', '.');
  bench.git(
    '-c',
    'user.name=t',
    '-c',
    'user.email=t@example.invalid',
    'commit',
    '--quiet',
    '--message',
    'settings',
  );
  const agent = createOpencodeAgent({ name: 'opencode', program: opencodeProgram, ...scriptedModel(server) });
  const session = await bench.open(agent, { instructions: [path.join(bench.cwd, 'AGENTS.md')] });
  const { outcome, events } = await runTurn(
    session,
    'model: bash true\nmodel: todos [x] Look; [ ] Leap\nmodel: say Done.',
  );
  expect(outcome).toEqual({ kind: 'done', text: 'Done.' });
  expect(events).toContainEqual({
    type: 'todos',
    items: [
      { text: 'Look', done: true },
      { text: 'Leap', done: false },
    ],
  });
  expect(events.filter(({ type }) => type === 'usage').length).toBe(3);
  expect(server.requests.every(({ raw }) => raw.includes('Always whistle.'))).toBe(true);
  expect(bench.git('status', '--short')).toBe('');
  expect(execFileSync('ls', [bench.root], { encoding: 'utf8' })).not.toContain('plugin-ran');
  await session.close();
  await server.close();
  await bench.remove();
});

test('opencode: the probe knows its version and the range it was tried with', async () => {
  const agent = createOpencodeAgent({ name: 'opencode', program: opencodeProgram });
  expect(await agent.probe()).toEqual({ ok: true, version: '1.18.33', problems: [] });
});
