// The peers, each a process of its own that says its port: a bare node:http, and probot with a handler that stores nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const SECRET = 'bench-secret-not-real';

export const startBare = () => startPeer('bare', '/');
export const startProbot = () => startPeer('probot', '/api/github/webhooks');

async function startPeer(name, path) {
  const script = join(import.meta.dirname, 'peers', `${name}.js`);
  const env = { PATH: process.env.PATH, BENCH_SECRET: SECRET };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await Promise.race([firstLine(child), once(child, 'exit').then(() => undefined)]);
  if (port === undefined) throw new Error(`${name} did not start`);
  return { name, secret: SECRET, url: `http://127.0.0.1:${port}${path}`, stop: () => endOf(child) };
}

async function firstLine(child) {
  const [line] = await once(child.stdout, 'data');
  return Number(String(line));
}

export async function endOf(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
