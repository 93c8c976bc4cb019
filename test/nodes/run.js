// Runs the whole suite on each Node that kugetsu supports: `npm run test:nodes`, or `npm run test:nodes -- 22` for one of them.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/** The floor itself, the line of the scripts, the newest one: exact versions of the npm package `node`. */
const VERSIONS = ['22.14.0', '24.21.0', '26.10.0'];
/** The suite takes eight minutes on two cores. */
const BOUND_MS = 20 * 60_000;

const project = resolve(import.meta.dirname, '../..');
const asked = process.argv.slice(2);
const chosen = VERSIONS.filter((version) => asked.length === 0 || asked.includes(version.split('.')[0]));
if (chosen.length === 0) {
  process.stderr.write(
    `test:nodes: name one of ${VERSIONS.map((version) => version.split('.')[0]).join(', ')}\n`,
  );
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'kugetsu-nodes-'));
try {
  const lines = chosen.map((version) => suiteOn(version));
  process.stdout.write(`\n${lines.map(({ line }) => line).join('\n')}\n`);
  if (lines.some(({ ok }) => !ok)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function suiteOn(version) {
  const bin = install(version);
  const started = Date.now();
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const vitest = join(project, 'node_modules', 'vitest', 'vitest.mjs');
  const run = spawnSync(join(bin, 'node'), [vitest, 'run'], {
    cwd: project,
    env,
    encoding: 'utf8',
    timeout: BOUND_MS,
    maxBuffer: 256 * 1024 * 1024,
  });
  const tally = run.stdout?.match(/^\d+ passed, \d+ failed.*$/gm)?.at(-1) ?? 'no tally';
  const ok = run.status === 0 && / 0 failed/.test(tally);
  const why = ok ? '' : ` (exit code ${run.status ?? run.signal})`;
  const line = `Node ${version}: ${tally}${why}, ${Math.round((Date.now() - started) / 1000)} s`;
  process.stdout.write(ok ? `${line}\n` : `${run.stdout}\n${run.stderr}\n${line}\n`);
  return { ok, line };
}

/** The folder with `node` in it. */
function install(version) {
  const dir = join(folder, version);
  mkdirSync(dir);
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }));
  const args = ['install', '--no-save', '--no-audit', '--no-fund', `node@${version}`];
  const installed = spawnSync('npm', args, { cwd: dir, encoding: 'utf8', timeout: 5 * 60_000 });
  const bin = join(dir, 'node_modules', '.bin');
  const answer = spawnSync(join(bin, 'node'), ['--version'], { encoding: 'utf8' }).stdout?.trim();
  if (answer === `v${version}`) return bin;
  throw new Error(`node@${version} could not be installed from npm: ${installed.stderr ?? installed.error}`);
}
