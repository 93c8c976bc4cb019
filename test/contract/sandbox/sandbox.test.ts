// The contract of a sandbox over `none` and `bubblewrap`: what it starts, and that it ends all of it.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { SandboxedProcess } from '../../../src/sandbox/sandbox.js';
import { isGone, processesOf, sandboxes, until } from '../../support/scripted-bench.js';

/** Leaves its group and its session, twice over, and does not listen to SIGTERM. */
const escapes = `trap '' TERM; setsid sh -c 'trap "" TERM; (setsid sleep 300 &); sleep 300' & sleep 300 & wait; sleep 300`;

for (const { sandbox, missing } of sandboxes) {
  const name = `${sandbox.kind}${missing === undefined ? '' : ` (${missing})`}`;

  test.skipIf(missing !== undefined)(
    `${name}: a program gets its input and exactly its environment, and its exit code comes back`,
    async () => {
      const spec = newSpec(['sh', '-c', 'cat; env; pwd; exit 7'], { SOME: 'value' });
      const child = sandbox.spawn(spec);
      child.stdin.end('hello\n');
      const said = (await text(child.stdout)).trim().split('\n');
      expect(await child.exited).toEqual({ code: 7, signal: undefined });
      const own = [
        'hello',
        'SOME=value',
        `HOME=${spec.cwd}`,
        'PATH=/usr/bin:/bin',
        `KUGETSU_RUN=${spec.runId}`,
        spec.cwd,
      ];
      // The shell and bubblewrap set these three themselves.
      expect(said.filter((line) => !/^(PWD|OLDPWD|SHLVL|_)=/.test(line)).sort()).toEqual(own.sort());
    },
  );

  test.skipIf(missing !== undefined)(
    `${name}: a program that does not exist is told, not thrown`,
    async () => {
      const child = sandbox.spawn(newSpec(['no-such-program-here']));
      const said = await text(child.stderr);
      const exit = await child.exited;
      expect(exit.code).not.toBe(0);
      expect(`${said}${exit.error?.message ?? ''}`).toContain('no-such-program-here');
      await child.kill(0);
    },
  );

  test.skipIf(missing !== undefined)(
    `${name}: SIGTERM reaches the program, which may save its work`,
    async () => {
      const child = sandbox.spawn(
        newSpec(['sh', '-c', `trap 'echo saved; exit 9' TERM; echo up; while :; do sleep 0.05; done`]),
      );
      const said = text(child.stdout);
      await onceLine(child);
      await child.kill(20_000);
      expect(await child.exited).toEqual({ code: 9, signal: undefined });
      expect(await said).toBe('up\nsaved\n');
    },
  );

  test.skipIf(missing !== undefined)(
    `${name}: kill ends the whole tree, also what fled and what does not listen`,
    async () => {
      const spec = newSpec(['sh', '-c', escapes]);
      const child = sandbox.spawn(spec);
      await until(() => processesOf(spec.runId, 'sleep').length === 3);
      const all = processesOf(spec.runId);
      await child.kill(50);
      expect(all.filter((pid) => !isGone(pid))).toEqual([]);
      expect(processesOf(spec.runId)).toEqual([]);
      await child.exited;
    },
  );

  test.skipIf(missing !== undefined)(`${name}: what outlived the program ends with kill`, async () => {
    const spec = newSpec(['sh', '-c', '(setsid sleep 300 &) ; env -i sleep 300 & exit 0']);
    const child = sandbox.spawn(spec);
    expect((await child.exited).code).toBe(0);
    await child.kill(0);
    expect(processesOf(spec.runId)).toEqual([]);
  });

  test.skipIf(missing !== undefined)(
    `${name}: after SIGKILL of the server, sweep leaves nothing of the run`,
    async () => {
      const spec = newSpec(['sh', '-c', escapes]);
      const server = spawn(process.execPath, ['--input-type=module', '-e', serverSource(sandbox.kind, spec)]);
      const mark = JSON.parse(String((await once(server.stdout, 'data'))[0]));
      await until(() => processesOf(spec.runId, 'sleep').length === 3);
      server.kill('SIGKILL');
      await once(server, 'exit');
      // Inside bubblewrap the kernel has ended them already; without it they live on.
      if (sandbox.kind === 'none') expect(processesOf(spec.runId, 'sleep').length).toBe(3);
      await sandbox.sweep(spec.runId, mark);
      expect(processesOf(spec.runId)).toEqual([]);
      await sandbox.sweep(spec.runId, mark);
    },
  );

  test.skipIf(missing !== undefined)(
    `${name}: a pid that is somebody else's by now is left alone`,
    async () => {
      const innocent = spawn('sleep', ['300'], { detached: true });
      onTestFinished(() => void innocent.kill('SIGKILL'));
      await once(innocent, 'spawn');
      await sandbox.sweep(randomUUID(), { pid: Number(innocent.pid), startTicks: '1' });
      await sandbox.sweep(randomUUID(), { pid: Number(innocent.pid), startTicks: undefined });
      expect(isGone(Number(innocent.pid))).toBe(false);
    },
  );
}

interface Spec {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly readOnly: readonly string[];
  readonly writable: readonly string[];
  readonly runId: string;
}

function newSpec(command: readonly [string, ...string[]], env: Record<string, string> = {}): Spec {
  const cwd = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'kugetsu-sandbox-')));
  const runId = randomUUID();
  onTestFinished(() => {
    for (const pid of processesOf(runId)) process.kill(pid, 'SIGKILL');
    rmSync(cwd, { recursive: true, force: true });
  });
  return {
    command,
    cwd,
    env: { PATH: '/usr/bin:/bin', HOME: cwd, ...env },
    readOnly: [],
    writable: [cwd],
    runId,
  };
}

/** A server that starts one run, prints its mark and stays. */
function serverSource(kind: 'none' | 'bubblewrap', spec: Spec): string {
  const create = { none: 'createNoneSandbox', bubblewrap: 'createBubblewrapSandbox' }[kind];
  const module = pathToFileURL(path.resolve(`dist/sandbox/${kind}.js`)).href;
  return `import { ${create} } from ${JSON.stringify(module)};
    const child = ${create}().spawn(${JSON.stringify(spec)});
    console.log(JSON.stringify(child.mark));
    setInterval(() => {}, 1000);`;
}

async function onceLine(child: SandboxedProcess): Promise<void> {
  await once(child.stdout, 'data');
}
