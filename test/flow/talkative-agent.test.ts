// An agent that says the same kind of thing 20,000 times: the server stays awake and writes next to nothing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuServing } from '../support/kugetsu-process.js';
import { until } from '../support/until.js';

const LINES = 20_000;
/** One line of each type, different every time. */
const AGENT = `
process.stdin.resume().on('end', () => {
  const kinds = [
    (n) => ({ type: 'todos', items: [{ text: 'step ' + n, done: false }] }),
    (n) => ({ type: 'session', id: 'session-' + n }),
    (n) => ({ type: 'usage', inputTokens: 1, outputTokens: 0, costUsd: 0 }),
    (n) => ({ type: 'text', text: 'line ' + n }),
    (n) => ({ type: 'tool', name: 'bash', title: 'command ' + n }),
    (n) => ({ type: 'summary', text: 'summary ' + n }),
  ];
  let out = '';
  for (const kind of kinds) for (let n = 1; n <= ${LINES}; n += 1) out += JSON.stringify(kind(n)) + '\\n';
  process.stdout.write(out);
});`;

test('B1: 20,000 lines of each type cost a handful of writes, the last one stays, and health is answered meanwhile', async () => {
  const script = agentScript();
  const world = await giteaFace();
  const k = await kugetsuServing(world, {
    agents: [`scripted: { kind: command, command: ${JSON.stringify([process.execPath, script])} }`],
    config: ['limits: { memoryPerAgentMb: 0 }'],
  });
  const issue = await k.as('maintainer').openIssue('Talks a lot');
  await issue.comment('/kugetsu start');
  await until('the run begins', () => k.log.join('').includes('run.begin'));
  const health = watchHealth(`${k.url}/healthz`);
  await until('the final comment', async () => (await issue.finals()).length > 0, 120_000);
  const { answered, longestShare } = await health.end();
  expect(answered).toBeGreaterThan(10);
  expect(longestShare).toBeLessThan(0.5);
  const kept = stored(join(k.home, 'kugetsu.db'));
  expect(kept.reportAsked).toBeLessThan(15);
  expect(kept.session.agentSessionId).toBe(`session-${LINES}`);
  expect(kept.progress).toMatchObject({ inputTokens: LINES, todos: [{ text: `step ${LINES}` }] });
  const { requests } = await world.forge.control.log();
  expect(
    requests.filter(({ method, path }) => method === 'PATCH' && path.includes('/comments/')).length,
  ).toBeLessThan(8);
});

function agentScript(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kugetsu-agent-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const script = join(folder, 'talk.mjs');
  writeFileSync(script, AGENT);
  return script;
}

/** Asks again and again; the share is that of the longest silence in the whole time. */
function watchHealth(url: string): { end: () => Promise<{ answered: number; longestShare: number }> } {
  const end = new AbortController();
  let answered = 0;
  let longestMs = 0;
  const startedAt = performance.now();
  const asking = (async () => {
    while (!end.signal.aborted) {
      const askedAt = performance.now();
      const answer = await fetch(url).catch(() => undefined);
      if (answer?.ok === true) answered += 1;
      longestMs = Math.max(longestMs, performance.now() - askedAt);
    }
  })();
  return {
    async end() {
      end.abort();
      await asking;
      return { answered, longestShare: longestMs / (performance.now() - startedAt) };
    },
  };
}

/** `reportAsked`: how often the report was asked for, which each save of progress does. */
function stored(file: string) {
  const db = new SQLite(file, { readonly: true });
  try {
    const row = (sql: string) => db.prepare(sql).get() as { found: string };
    const { found: version } = row(`select version as found from outbox where kind = 'report'`);
    const { found: session } = row('select data as found from sessions');
    const { found: progress } = row('select progress as found from tasks');
    return {
      reportAsked: Number(version),
      session: JSON.parse(session) as { agentSessionId: string },
      progress: JSON.parse(progress) as Record<string, unknown>,
    };
  } finally {
    db.close();
  }
}
