// kugetsu as its own process (`kugetsu serve`), for stories in which it is killed and started again.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { foldersBelow } from './disk.js';
import { person } from './issue.js';
import { HOOK_SECRET, writeConfig, type Options } from './kugetsu-on.js';
import { until } from './until.js';
import type { World } from './world.js';

export type KugetsuProcess<W extends World> = Awaited<ReturnType<typeof kugetsuServing<W>>>;

/** Closed by itself at the end of the test. */
export async function kugetsuServing<W extends World>(world: W, options: Options = {}) {
  let home = await mkdtemp(join(tmpdir(), 'kugetsu-home-'));
  writeConfig(world, home, options);
  const port = await freePort();
  const log: string[] = [];
  let child = await serve(home, port, log, options.env);
  await world.addHook(`http://127.0.0.1:${port}/webhooks/work`, HOOK_SECRET);
  async function close(): Promise<void> {
    await end(child, 'SIGTERM');
    await world.close();
    await rm(home, { recursive: true, force: true });
  }
  onTestFinished(close);
  return {
    world,
    get home() {
      return home;
    },
    log,
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return child.pid ?? 0;
    },
    as: (login: string) => person(world, login),
    /** As a power cut does it to a process: no goodbye. */
    async kill(): Promise<void> {
      await end(child, 'SIGKILL');
    },
    /** As systemd does it. Resolves with how the process ended. */
    async stop(): Promise<{ code: number | null; signal: string | null }> {
      await end(child, 'SIGTERM');
      return { code: child.exitCode, signal: child.signalCode };
    },
    async start(): Promise<void> {
      child = await serve(home, port, log, options.env);
    },
    /** As an operator does it, with the server stopped. */
    async moveHome(): Promise<void> {
      const to = `${home}-moved`;
      await rename(home, to);
      home = to;
    },
    worktrees: () => foldersBelow(join(home, 'worktrees'), 3),
    agentHomes: () => foldersBelow(join(home, 'agents'), 1),
    close,
  };
}

async function serve(
  home: string,
  port: number,
  log: string[],
  added: Options['env'],
): Promise<ChildProcess> {
  const admin = { KUGETSU_SERVER_ADMIN: '127.0.0.1:0' };
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, KUGETSU_HOME: home, ...admin, ...added };
  const args = ['dist/main.js', 'serve', '--host', '127.0.0.1', '--port', String(port)];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text));
  await until('kugetsu serve answers', async () => {
    if (child.exitCode !== null)
      throw new Error(`kugetsu serve ended with ${child.exitCode}: ${log.slice(-5).join('')}`);
    return await answers(`http://127.0.0.1:${port}/readyz`);
  });
  return child;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  server.close();
  await once(server, 'close');
  return port;
}
