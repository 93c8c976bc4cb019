// What keeps opencode sessions apart from each other, from the repository's own settings and from the network.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createOpencodeAgent } from '../../../src/agents/opencode/opencode.js';
import { scriptedModel, startModelServer } from '../../support/model-server.js';
import { createBench, runTurn, sandboxes, type Bench } from '../../support/scripted-bench.js';
import { opencodeProgram } from './variants.js';

export function twoAtOnce(): void {
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
            mine.some(
              ({ raw }) => raw.includes(String(other?.secret)) || raw.includes(String(other?.folder)),
            ),
          ).toBe(false);
        }
      },
    );
  }
}

const [, bubblewrap] = sandboxes;

export function repositorySettings(): void {
  test.skipIf(bubblewrap?.missing !== undefined)(
    `opencode: the repository's settings do not count, its plugins reach nothing, its instructions are read ${bubblewrap?.missing ?? ''}`,
    async () => {
      if (bubblewrap === undefined) throw new Error('no sandbox');
      const server = await startModelServer();
      const bench = createBench(bubblewrap.sandbox);
      plantSettings(bench);
      const agent = createOpencodeAgent({
        name: 'opencode',
        program: opencodeProgram,
        ...scriptedModel(server),
      });
      const session = await bench.open(agent, { instructions: [path.join(bench.cwd, 'AGENTS.md')] });
      const orders = ['model: bash true', 'model: todos [x] Look; [ ] Leap', 'model: say Done.'].join('\n');
      const { outcome, events } = await runTurn(session, orders);
      expect(outcome).toEqual({ kind: 'done', text: 'Done.' });
      const items = [
        { text: 'Look', done: true },
        { text: 'Leap', done: false },
      ];
      expect(events).toContainEqual({ type: 'todos', items });
      expect(events.filter(({ type }) => type === 'usage').length).toBe(3);
      expect(server.requests.every(({ raw }) => raw.includes('Always whistle.'))).toBe(true);
      expect(bench.git('status', '--short')).toBe('');
      expect(existsSync(path.join(bench.root, 'plugin-ran'))).toBe(false);
      await session.close();
      await server.close();
    },
  );
}

/** Settings that forbid the work, a plugin that writes outside of the worktree, instructions to follow. */
function plantSettings(bench: Bench): void {
  const plugins = path.join(bench.cwd, '.opencode/plugins');
  const proof = JSON.stringify(path.join(bench.root, 'plugin-ran'));
  mkdirSync(plugins, { recursive: true });
  writeFileSync(path.join(plugins, 'bad.js'), `require('fs').writeFileSync(${proof}, 'x');\n`);
  const settings = { permission: { bash: 'deny', edit: 'deny', todowrite: 'deny' } };
  writeFileSync(path.join(bench.cwd, 'opencode.json'), JSON.stringify(settings));
  writeFileSync(path.join(bench.cwd, 'AGENTS.md'), 'Always whistle.\n');
  bench.git('add', '.');
  bench.git('commit', '--quiet', '--message', 'settings');
}

export function probes(): void {
  test('opencode: the probe knows its version and the range it was tried with', async () => {
    const agent = createOpencodeAgent({ name: 'opencode', program: opencodeProgram });
    expect(await agent.probe()).toEqual({ ok: true, version: '1.18.33', problems: [] });
  });
}
