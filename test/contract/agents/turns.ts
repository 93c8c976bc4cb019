// What every agent must do: work, remember, ask, stop, crash. Over which agents is for the caller to say.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createBench, runTurn, until } from '../../support/scripted-bench.js';
import type { Variant } from './variants.js';

export function remembersOverRestart({ name, sandbox, agent, orders, missing }: Variant): void {
  test.skipIf(missing !== undefined)(
    `${name}: edits, and goes on in its session after a restart`,
    async () => {
      const bench = createBench(sandbox);
      const first = await bench.open(agent);
      const one = await runTurn(
        first,
        ['Mind the purple door.', orders.write('a.txt', 'one'), orders.say('Did it.')].join('\n'),
      );
      expect(one.outcome).toEqual({ kind: 'done', text: 'Did it.' });
      expect(bench.read('a.txt')).toBe('one\n');
      expect(bench.marks.length).toBe(1);
      await first.close();
      expect(bench.living()).toEqual([]);

      const second = await bench.open(agent, { resume: first.id });
      const two = await runTurn(second, orders.recall);
      expect(two.outcome.kind).toBe('done');
      expect(two.said).toMatch(/Mind the purple door|wrote a.txt/);
      expect(second.id).toBe(first.id);
      await second.close();
    },
  );
}

export function stopsWhole({ name, sandbox, agent, orders, missing }: Variant): void {
  test.skipIf(missing !== undefined)(`${name}: stopped in the middle, nothing of it lives on`, async () => {
    const bench = createBench(sandbox);
    const session = await bench.open(agent);
    const sleeping = (): boolean => bench.living('sleep').length >= 2;
    const { outcome } = await runTurn(session, orders.hang, sleeping);
    expect(outcome).toEqual({ kind: 'stopped' });
    await session.close();
    await session.close();
    expect(bench.living()).toEqual([]);
  });
}

export function crashIsTold({ name, sandbox, agent, orders, missing }: Variant): void {
  test.skipIf(missing !== undefined)(
    `${name}: killed from outside, it has crashed and may be tried again`,
    async () => {
      const bench = createBench(sandbox);
      const session = await bench.open(agent);
      const running = runTurn(session, orders.hang);
      await until(() => bench.living('sleep').length >= 2);
      for (const { pid } of bench.marks) process.kill(pid, 'SIGKILL');
      expect((await running).outcome).toMatchObject({ kind: 'failed', class: 'crash', retryable: true });
      await session.close();
      expect(bench.living()).toEqual([]);
    },
  );
}

export function asks({ name, sandbox, agent, orders, missing }: Variant): void {
  test.skipIf(missing !== undefined)(`${name}: a question waits for its answer`, async () => {
    const bench = createBench(sandbox);
    const session = await bench.open(agent);
    const { outcome, events } = await runTurn(session, orders.ask('Which colour?'));
    expect(outcome).toMatchObject({
      kind: 'needs_input',
      question: expect.stringContaining('Which colour?'),
    });
    expect(events.some((event) => event.type === 'question')).toBe(true);
    await session.close();
  });
}

export function neverWaitsForPerson({ name, sandbox, agent, orders, missing }: Variant): void {
  test.skipIf(missing !== undefined)(`${name}: what would wait for a person returns`, async () => {
    const bench = createBench(sandbox);
    const locked = await startLockedForge();
    bench.git('remote', 'add', 'locked', `${locked.url}/locked.git`);
    const session = await bench.open(agent);
    const lines = [
      'touch x; git add x; git commit',
      'git rebase --continue',
      'git push locked main',
      'git log | cat',
    ];
    const { outcome, events } = await runTurn(
      session,
      [...lines.map((line) => orders.run(line)), orders.say('ok')].join('\n'),
    );
    expect(outcome).toEqual({ kind: 'done', text: 'ok' });
    const codes = events.flatMap((event) =>
      event.type === 'tool' && event.exitCode !== undefined ? [event.exitCode] : [],
    );
    expect(codes).toEqual([1, 128, 128, 0]);
    expect(locked.asked()).toBe(true);
    await session.close();
    await locked.close();
  });
}

/** Wants a password for everything, as a forge does for a push. */
async function startLockedForge(): Promise<{
  url: string;
  asked: () => boolean;
  close: () => Promise<void>;
}> {
  let asked = false;
  const server = createServer((_, response) => {
    asked = true;
    response.writeHead(401, { 'www-authenticate': 'Basic realm="forge"' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${port}`, asked: () => asked, close };
}
