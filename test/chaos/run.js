// The kill loop in its long form: `npm run chaos -- kills=60 issues=60 comments=300 seed=1`. Its short form is in `npm test`.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const wish = { kills: '60', issues: '60', comments: '300', seed: String(Date.now() % 1_000_000) };
for (const word of process.argv.slice(2)) {
  const [name, value] = word.split('=');
  if (!(name in wish) || !/^\d+$/.test(value ?? '')) {
    process.stderr.write(`chaos: ${word}: write NAME=NUMBER with one of ${Object.keys(wish).join(', ')}\n`);
    process.exit(2);
  }
  wish[name] = value;
}
const project = resolve(import.meta.dirname, '../..');
const vitest = join(project, 'node_modules', 'vitest', 'vitest.mjs');
const args = [
  'run',
  '--project',
  'flow',
  'test/flow/kill-loop.test.ts',
  '--testTimeout',
  String(30 * 60_000),
];
const named = Object.entries(wish).map(([name, value]) => [`KUGETSU_CHAOS_${name.toUpperCase()}`, value]);
const env = { ...process.env, ...Object.fromEntries(named) };
const { status } = spawnSync(process.execPath, [vitest, ...args], { cwd: project, env, stdio: 'inherit' });
process.exitCode = status ?? 1;
