// intake: how many signed webhooks a second are accepted, beside a bare node:http and probot, which store nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBare, startProbot } from './peers.js';
import { startKugetsu } from './kugetsu.js';
import { factsOf } from './support/host.js';
import { installPeers } from './support/install.js';

const ROUNDS = 5;
const DELIVERIES = 3_000;
const WARM_UP = 1_000;
const CONNECTIONS = 32;
const GOAL = 0.12;

export async function intake() {
  installPeers();
  const home = mkdtempSync(join(tmpdir(), 'kugetsu-bench-'));
  const peers = [];
  try {
    for (const start of [startBare, startProbot, startKugetsu]) peers.push(await start(home));
    say(
      `intake: ${DELIVERIES} deliveries of 12.6 KB a round, ${CONNECTIONS} connections, ${ROUNDS} interleaved rounds`,
    );
    for (const fact of factsOf(home)) say(fact);
    for (const peer of peers) await load(peer, WARM_UP);
    const rates = await measure(peers);
    report(rates, peers.at(-1));
  } finally {
    for (const peer of peers) await peer.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Rates of each peer by its name; each waits until the one before has done what it had put off. */
async function measure(peers) {
  const rates = Object.fromEntries(peers.map(({ name }) => [name, []]));
  for (let round = 1; round <= ROUNDS; round += 1) {
    const said = [];
    for (const peer of peers) {
      const { perSecond, p99Ms, restMs } = await load(peer, DELIVERIES);
      rates[peer.name].push(perSecond);
      const rest = restMs === undefined ? '' : `, inbox empty after ${Math.round(restMs)} ms more`;
      said.push(`${peer.name} ${Math.round(perSecond)}/s (p99 ${p99Ms.toFixed(1)} ms${rest})`);
    }
    say(`round ${round}: ${said.join(' · ')}`);
  }
  return rates;
}

async function load(peer, count) {
  const args = [join(import.meta.dirname, 'support/load.js'), peer.url, peer.secret, count, CONNECTIONS];
  const child = spawn(process.execPath, args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.on('data', (chunk) => (told += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the load on ${peer.name} failed`);
  const { tookMs, p99Ms } = JSON.parse(told);
  const restMs = await peer.atRest?.(count);
  return { perSecond: (count / tookMs) * 1000, p99Ms, restMs };
}

function report(rates, kugetsu) {
  const ratiosTo = (name) => rates.kugetsu.map((rate, round) => rate / rates[name][round]);
  for (const name of ['probot', 'bare']) {
    const ratios = ratiosTo(name);
    const all = ratios.map((ratio) => ratio.toFixed(3)).join(' ');
    say(`kugetsu / ${name}: median ${median(ratios).toFixed(3)} (${all})`);
  }
  say(`stored: ${kugetsu.stored()} of ${WARM_UP + ROUNDS * DELIVERIES} that were answered with 202`);
  say(`goal: kugetsu / bare at least ${GOAL}`);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
