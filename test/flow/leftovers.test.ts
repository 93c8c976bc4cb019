// What agents leave behind that an ordinary removal does not take: folders deeper than a path may be long, folders without rights.
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { createBubblewrapSandbox } from '../../src/sandbox/bubblewrap.js';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';
import { kugetsuServing } from '../support/kugetsu-process.js';
import { until } from '../support/until.js';

const CONFIG = ['limits: { memoryPerAgentMb: 0 }'];
const bubblewrap = await createBubblewrapSandbox({}).probe();
if (!bubblewrap.ok) process.stderr.write('skipped: install bubblewrap\n');

test('C2: what an agent leaves in TMPDIR neither runs its task again nor stays', async () => {
  const place = newPlace();
  const k = await kugetsuOn(giteaFace, { config: CONFIG, env: { KUGETSU_TEMP_DIR: place.temp } });
  const issue = await k.as('maintainer').openIssue('Leaves a mess');
  await issue.comment(
    `/kugetsu start\nscripted: run ${place.mess}\nscripted: write a.txt a\nscripted: commit Add a`,
  );
  await k.settle();
  expect(await issue.finals()).toHaveLength(1);
  expect(await issue.final()).toContain('**Done**');
  expect(k.log.filter((line) => line.includes('"run.begin"'))).toHaveLength(1);
  expect(readdirSync(place.temp)).toEqual([]);
});

test('C2: a server killed over such a TMPDIR starts again and takes it away', async () => {
  const place = newPlace();
  const k = await kugetsuServing(await giteaFace(), {
    config: CONFIG,
    env: { KUGETSU_TEMP_DIR: place.temp },
  });
  const issue = await k.as('maintainer').openIssue('Leaves a mess and is killed');
  const ready = join(k.home, 'ready');
  await issue.comment(
    `/kugetsu start\nscripted: run test -e ${ready} || ${place.mess}\nscripted: run test -e ${ready} || { touch ${ready}; sleep 60; }\nscripted: write a.txt a\nscripted: commit Add a`,
  );
  await until('the mess is made', () => readdirSync(k.home).includes('ready'));
  await k.kill();
  await k.start();
  await until('the final comment', async () => (await issue.finals()).length > 0);
  expect(await issue.final()).toContain('**Done**');
  expect(readdirSync(place.temp)).toEqual([]);
});

test.skipIf(!bubblewrap.ok)(
  'C7: a worktree that an agent closed with modes is rescued as commits and reaped',
  async () => {
    const k = await kugetsuOn(giteaFace, { sandbox: 'bubblewrap', config: CONFIG });
    const issue = await k.as('maintainer').openIssue('Closes its worktree');
    await issue.comment(
      '/kugetsu start\nscripted: write precious.txt precious\nscripted: run chmod -R a-w . && chmod 0 src && touch .git/closed; true\nscripted: hang',
    );
    await k.world.idle();
    await k.stepUntil('the worktree is closed', () => k.worktrees().some((dir) => isClosed(dir)));
    await issue.comment('/kugetsu stop');
    await k.settle();
    await issue.comment('/kugetsu destroy --force');
    await k.settle();
    expect(k.worktrees()).toEqual([]);
    expect(k.agentHomes()).toEqual([]);
    expect(k.log.join('')).not.toContain('"reaper.failed"');
    const rescued = readdirSync(join(k.home, 'rescue'));
    expect(rescued).toEqual([expect.stringMatching(/\.bundle$/)]);
  },
);

function isClosed(dir: string): boolean {
  return /^d---/m.test(execFileSync('ls', ['-l', dir], { encoding: 'utf8' }));
}

/** `mess` is a command line that fills TMPDIR. */
function newPlace(): { temp: string; mess: string } {
  const root = mkdtempSync(join(tmpdir(), 'kugetsu-leftovers-'));
  onTestFinished(() => void execFileSync('rm', ['-rf', root]));
  const script = join(root, 'mess.mjs');
  writeFileSync(script, MESS);
  return { temp: join(root, 'temp'), mess: `${process.execPath} ${script}` };
}

const MESS = `
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
process.chdir(process.env.TMPDIR);
mkdirSync('cache/mod', { recursive: true });
writeFileSync('cache/mod/go.mod', 'module a');
for (const folder of ['cache/mod', 'cache']) chmodSync(folder, 0o555);
for (let depth = 0; depth < 60; depth += 1) {
  mkdirSync('d'.repeat(200));
  process.chdir('d'.repeat(200));
}
`;
