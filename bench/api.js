// api: how fast the API answers others while 200 event streams idle, beside the same server without them.
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKugetsu } from './kugetsu.js';
import { factsOf } from './support/host.js';

const STREAMS = 200;
const ROUNDS = 5;
const REQUESTS = 1_000;
const CONNECTIONS = 4;
const WARM_UP = 500;

export async function api() {
  const home = mkdtempSync(join(tmpdir(), 'kugetsu-bench-'));
  const kugetsu = await startKugetsu(home);
  try {
    const token = await makeToken(kugetsu.socket);
    const asked = { url: `${kugetsu.admin}/api/v1/tasks`, token };
    say(`api: ${REQUESTS} GET /tasks a round, ${CONNECTIONS} connections, ${ROUNDS} interleaved rounds`);
    for (const fact of factsOf(home)) say(fact);
    await load(asked, WARM_UP);
    const ratios = [];
    for (let round = 1; round <= ROUNDS; round += 1) ratios.push(await compare(kugetsu, asked, round));
    const all = ratios.map((ratio) => ratio.toFixed(3)).join(' ');
    say(`with ${STREAMS} idle streams / without: median ${median(ratios).toFixed(3)} (${all})`);
  } finally {
    await kugetsu.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function compare(kugetsu, asked, round) {
  const alone = await load(asked, REQUESTS);
  const streams = await Promise.all(
    Array.from({ length: STREAMS }, () => openStream(kugetsu.admin, asked.token)),
  );
  const beside = await load(asked, REQUESTS);
  for (const stream of streams) stream.destroy();
  say(`round ${round}: without ${shown(alone)} · with ${STREAMS} idle streams ${shown(beside)}`);
  return beside.perSecond / alone.perSecond;
}

function shown({ perSecond, p50Ms, p99Ms }) {
  return `${Math.round(perSecond)}/s (p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms)`;
}

async function makeToken(socket) {
  const { createApiClient } = await import('../dist/doors/api/client.js');
  const made = await createApiClient({ socket }).call('makeToken', {
    body: { name: 'bench', scope: 'read' },
  });
  if (!made.ok) throw new Error(made.problem.detail);
  return made.body.token;
}

/** Resolves with the response once its first event is there. */
function openStream(admin, token) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get(`${admin}/api/v1/events`, { agent: false, headers }, (response) => {
      response.once('data', () => resolve(response)).on('error', () => {});
    }).on('error', reject);
  });
}

async function load({ url, token }, count) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const latencies = [];
  let left = count;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      const begun = performance.now();
      await ask(url, { agent, headers: { authorization: `Bearer ${token}` } });
      latencies.push(performance.now() - begun);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  const tookMs = performance.now() - begun;
  agent.destroy();
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (part) => sorted[Math.floor(sorted.length * part)] ?? 0;
  return { perSecond: (count / tookMs) * 1000, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function ask(url, options) {
  return new Promise((resolve, reject) => {
    get(url, options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`the API answered ${response.statusCode}`));
      response.resume().on('end', resolve);
    }).on('error', reject);
  });
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
