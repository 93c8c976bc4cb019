// What only bubblewrap keeps apart: files, processes, rights.
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createBubblewrapSandbox } from '../../../src/sandbox/bubblewrap.js';

const sandbox = createBubblewrapSandbox();
const probe = await sandbox.probe();
const missing = probe.ok ? '' : ` (${probe.fix})`;

test.skipIf(!probe.ok)(
  `a file outside cannot be read, and there is no place to write but those given${missing}`,
  async () => {
    const place = newPlace();
    const secret = path.join(place.root, 'secret.txt');
    writeFileSync(secret, 'a canary');
    const said = await place.sh(
      `cat ${secret}; cat /etc/shadow; ls ${os.homedir()}; echo x > ${place.shown}/no; echo x > /no; echo x > /usr/no; echo x > /etc/no; echo yes > ${place.work}/yes; cat ${place.shown}/shown.txt; echo end`,
    );
    expect(said.out).toBe('seen\nend\n');
    expect(said.err.match(/No such file/g)?.length).toBe(3);
    expect(said.err.match(/Read-only file system/g)?.length).toBe(4);
    expect(readFileSync(path.join(place.work, 'yes'), 'utf8')).toBe('yes\n');
    expect(existsSync('/no') || existsSync('/usr/no') || existsSync('/etc/no')).toBe(false);
  },
);

test.skipIf(!probe.ok)(
  `only its own processes are to be seen, without rights and without a way to new ones${missing}`,
  async () => {
    const place = newPlace();
    const said = await place.sh(
      `ls /proc | grep -c '^[0-9]'; grep CapEff /proc/self/status; kill -9 ${process.pid} ; unshare --user true; echo end`,
    );
    const [processes, caps, ...rest] = said.out.trim().split('\n');
    expect(Number(processes)).toBeLessThan(6);
    expect(caps).toMatch(/^CapEff:\s+0+$/);
    expect(rest).toEqual(['end']);
    expect(said.err).toMatch(/No such process/);
    expect(said.err).toMatch(/unshare/);
  },
);

test.skipIf(!probe.ok)(
  `git works in it, and a read-only folder inside a writable one stays read-only${missing}`,
  async () => {
    const place = newPlace();
    mkdirSync(path.join(place.work, 'kept'));
    const said = await place.sh(
      `cd ${place.work} && git init -q && echo hi > a && git add a && git -c user.name=a -c user.email=a@example.invalid commit -qm one && git log --format=%s; echo x > kept/no; echo $?`,
      [path.join(place.work, 'kept')],
    );
    expect(said.out).toBe('one\n2\n');
  },
);

test('without the program the probe says what to install', async () => {
  const none = createBubblewrapSandbox({ program: 'no-such-bwrap' });
  const result = await none.probe();
  expect(result).toMatchObject({ ok: false, fix: expect.stringContaining('apt-get install bubblewrap') });
});

test('a bubblewrap that may not make namespaces is told apart from one that is missing', async () => {
  const place = newPlace();
  const broken = path.join(place.root, 'bwrap');
  writeFileSync(broken, '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n', {
    mode: 0o755,
  });
  const result = await createBubblewrapSandbox({ program: broken }).probe();
  expect(result).toMatchObject({ ok: false, problem: expect.stringContaining('user namespaces are off') });
});

interface Place {
  readonly root: string;
  readonly work: string;
  readonly shown: string;
  sh(line: string, readOnly?: readonly string[]): Promise<{ out: string; err: string }>;
}

function newPlace(): Place {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'kugetsu-bwrap-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [work, shown] = [path.join(root, 'work'), path.join(root, 'shown')];
  for (const folder of [work, shown]) mkdirSync(folder);
  writeFileSync(path.join(shown, 'shown.txt'), 'seen\n');
  return {
    root,
    work,
    shown,
    sh: async (line, readOnly = []) => {
      const child = sandbox.spawn({
        command: ['sh', '-c', line],
        cwd: work,
        env: { PATH: '/usr/bin:/bin', HOME: work, LANG: 'C' },
        readOnly: [shown, ...readOnly],
        writable: [work],
        runId: randomUUID(),
      });
      child.stdin.end();
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
      await child.exited;
      return { out, err };
    },
  };
}
