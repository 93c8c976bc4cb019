// kugetsu as a real process over a home of its own: SQLite with FULL, its log written to a file, a stub as its forge.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { endOf, SECRET } from './peers.js';
import { REPO } from './support/delivery.js';

const START_BOUND_MS = 30_000;
const REST_BOUND_MS = 120_000;

export async function startKugetsu(folder) {
  const forge = await stubForge();
  const home = join(folder, 'home');
  const log = join(folder, 'kugetsu.log');
  writeHome(home, forge.url);
  const child = serve(home, log);
  const lines = countLines(log);
  await until('kugetsu listens', START_BOUND_MS, () => {
    if (child.exitCode !== null) throw new Error(`kugetsu ended: ${readFileSync(log, 'utf8')}`);
    return lines('server.listening').length > 0;
  });
  const { url, admin, socket } = JSON.parse(lines('server.listening')[0]);
  let expected = 0;
  return {
    name: 'kugetsu',
    secret: SECRET,
    url: `${url}/webhooks/bench`,
    admin,
    socket,
    stored: () => lines('"delivery.received"').length,
    /** Resolves when the inbox has dealt with these too, with the time it took. */
    async atRest(count) {
      expected += count;
      const begun = performance.now();
      await until('the inbox is empty', REST_BOUND_MS, () => lines('"delivery.done"').length >= expected);
      return performance.now() - begun;
    },
    async stop() {
      await endOf(child);
      await forge.close();
    },
  };
}

function serve(home, log) {
  const out = openSync(log, 'w', 0o600);
  const program = join(import.meta.dirname, '..', 'dist', 'main.js');
  const flags = (process.env.BENCH_NODE_FLAGS ?? '').split(' ').filter(Boolean);
  const args = [...flags, program, 'serve', '--host', '127.0.0.1', '--port', '0'];
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    KUGETSU_HOME: home,
    KUGETSU_SERVER_ADMIN: '127.0.0.1:0',
  };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', out] });
  closeSync(out);
  return child;
}

function writeHome(home, forgeUrl) {
  mkdirSync(join(home, 'secrets'), { recursive: true, mode: 0o700 });
  const secret = (name, text) => writeFileSync(join(home, 'secrets', name), `${text}\n`, { mode: 0o600 });
  secret('bench.hook', SECRET);
  secret('bench.token', 'bench-token-not-real');
  const config = `forges:
  - name: bench
    kind: github
    url: ${forgeUrl}
    apiUrl: ${forgeUrl}
    tokenFile: secrets/bench.token
    webhookSecretFiles: [secrets/bench.hook]
repos:
  - match: bench:${REPO}
agent: none
agents:
  none: { kind: command, command: ['false'] }
sandbox: { kind: none, allowRoot: true }
`;
  writeFileSync(join(home, 'config.yaml'), config, { mode: 0o600 });
}

/** Says who kugetsu is; nothing else is asked of it. */
async function stubForge() {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id: 1, login: 'kugetsu-bot', type: 'Bot' }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/** Lines of the log with these words, reading only when it has grown. */
function countLines(log) {
  let text = '';
  return (words) => {
    if (statSync(log).size !== Buffer.byteLength(text)) text = readFileSync(log, 'utf8');
    return text.split('\n').filter((line) => line.includes(words));
  };
}

async function until(what, boundMs, holds) {
  const deadline = performance.now() + boundMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not within ${boundMs} ms: ${what}`);
    await wait(50);
  }
}
