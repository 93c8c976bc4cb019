// What an agent can touch of the machine and of kugetsu's home, tried from inside by an agent of a whole story.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createBubblewrapSandbox } from '../../src/sandbox/bubblewrap.js';
import { openSandbox } from '../../src/sandbox/create.js';
import { giteaFace } from '../support/faces.js';
import { kugetsuIn, kugetsuOn, writeConfig } from '../support/kugetsu-on.js';

const CONFIG = ['limits: { memoryPerAgentMb: 0 }'];
const isRoot = process.getuid?.() === 0;
const bubblewrap = await createBubblewrapSandbox({}).probe();
if (!bubblewrap.ok) process.stderr.write('skipped: install bubblewrap\n');

test.skipIf(!bubblewrap.ok)(
  "C1: no setting of the machine's kernel opens for writing inside the sandbox",
  async () => {
    const k = await kugetsuOn(giteaFace, { sandbox: 'bubblewrap', config: CONFIG });
    const issue = await k.as('maintainer').openIssue('Change the machine');
    // Opened to append, nothing is written: where it opens, the machine stays as it is.
    const attack = `for f in $(find /proc -maxdepth 3 -not -path "/proc/[0-9]*" -not -path "/proc/self/*" -not -path "/proc/thread-self/*" -type f); do (: >> $f) 2>/dev/null && echo $f; done > opened.txt; echo end >> opened.txt`;
    await issue.comment(`/kugetsu start\nscripted: run ${attack}`);
    await k.settle();
    expect(k.show(`fix/issue-${issue.number}:opened.txt`)).toBe('end\n');
    expect((await issue.pull()).body.includes('Started by root')).toBe(isRoot);
    expect(k.log.join('').includes('"sandbox.root"')).toBe(isRoot);
  },
);

test('C1: serve does not run agents as root unless the config says so, whatever the sandbox', async () => {
  const world = await giteaFace();
  onTestFinished(() => world.close());
  const home = mkdtempSync(join(tmpdir(), 'kugetsu-home-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  writeConfig(world, home, { sandbox: 'none', allowRoot: false });
  // An address of nobody: as an ordinary user it gets as far as listening, and ends there.
  const args = ['dist/main.js', 'serve', '--host', '192.0.2.1', '--port', '1'];
  const env = { PATH: process.env['PATH'] ?? '', KUGETSU_HOME: home };
  const ended = spawnSync(process.execPath, args, { env, encoding: 'utf8', timeout: 60_000 });
  expect(ended.stderr.includes('sandbox: { allowRoot: true }')).toBe(isRoot);
  if (isRoot) expect(ended.status).toBe(4);
  const refused = kugetsuIn(world, { sandbox: 'bubblewrap', allowRoot: false, config: CONFIG });
  if (isRoot) await expect(refused).rejects.toMatchObject({ exitCode: 4 });
  else await (await refused).app.stop();
});

test.skipIf(!bubblewrap.ok)(
  "C1: a bubblewrap that leaves the machine's settings open is found out",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kugetsu-bwrap-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const careless = join(folder, 'bwrap');
    const drop = `for a; do shift; case $skip in ?*) skip=\${skip#x}; continue ;; esac
case "$a $1" in "--ro-bind-try /proc/sys") skip=xx; continue ;; esac; set -- "$@" "$a"; done; exec bwrap "$@"`;
    writeFileSync(careless, `#!/bin/sh\nskip=\n${drop}\n`, { mode: 0o755 });
    const probe = await createBubblewrapSandbox({ program: careless }).probe();
    expect(probe.ok).toBe(!isRoot);
    if (!probe.ok)
      expect(probe.problem).toContain('/proc/sys/kernel/core_pattern can be written inside the sandbox');
  },
);

test.skipIf(!bubblewrap.ok)(
  'C6: a home that the sandbox would show is refused, and so is a part of it',
  async () => {
    const world = await giteaFace();
    onTestFinished(() => world.close());
    // Relative to the home: itself, what is around it, what is in it, and what a link calls otherwise.
    const link = join(mkdtempSync(join(tmpdir(), 'kugetsu-link-')), 'other-name');
    onTestFinished(() => rmSync(dirname(link), { recursive: true, force: true }));
    symlinkSync(tmpdir(), link);
    for (const [shown, named] of [
      ['.', 'KUGETSU_HOME'],
      ['..', 'KUGETSU_HOME'],
      [link, 'KUGETSU_HOME'],
      ['secrets/work.token', 'agents.NAME.readOnly'],
      ['kugetsu.db', 'agents.NAME.readOnly'],
    ] as const) {
      const agents = [`scripted: { kind: command, command: ["true"], readOnly: [${JSON.stringify(shown)}] }`];
      await expect(kugetsuIn(world, { sandbox: 'bubblewrap', agents })).rejects.toMatchObject({
        code: 'home_shown',
        exitCode: 4,
        message: expect.stringContaining(named),
      });
    }
    const inUsr = {
      hidden: [{ folder: '/usr/local/kugetsu', variable: 'KUGETSU_HOME' }],
      closed: [],
      shown: [],
    };
    const wish = { kind: 'bubblewrap', allowRoot: true, ...inUsr } as const;
    await expect(openSandbox(wish)).rejects.toThrow(
      'agents could read /usr/local/kugetsu: the sandbox shows them /usr;',
    );
  },
);

test.skipIf(!bubblewrap.ok)(
  'C6: whatever shows the folder around it, of the home an agent reads nothing',
  async () => {
    const around = mkdtempSync(join(tmpdir(), 'kugetsu-around-'));
    onTestFinished(() => rmSync(around, { recursive: true, force: true }));
    const home = join(around, 'home');
    const work = join(home, 'worktrees/work/1/1-a');
    mkdirSync(work, { recursive: true });
    mkdirSync(join(home, 'secrets'));
    writeFileSync(join(home, 'secrets/canary'), 'canary');
    writeFileSync(join(around, 'neighbour'), 'seen');
    const line = `cat ../../../../../neighbour; cat ${home}/secrets/canary; echo x > ${home}/x; echo y > y; ls ${home}`;
    const child = createBubblewrapSandbox({ hidden: [home] }).spawn({
      command: ['sh', '-c', line],
      cwd: work,
      env: { PATH: '/usr/bin:/bin', LANG: 'C' },
      readOnly: [around],
      writable: [work],
      runId: 'c6',
    });
    child.stdin.end();
    expect(await text(child.stdout)).toBe('seenworktrees\n');
    expect(readdirSync(home).sort()).toEqual(['secrets', 'worktrees']);
    expect(readdirSync(work)).toEqual(['y']);
  },
);
