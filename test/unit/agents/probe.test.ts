// Whether opencode is there and of a version that was tried: asked of the program itself, once for each program.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { probeOpencode } from '../../../src/agents/opencode/probe.js';

test('review: a program is started once for its version, and again when another one takes its place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kugetsu-probe-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'opencode');
  const calls = join(folder, 'calls');
  const install = (version: string) => {
    rmSync(program, { force: true });
    writeFileSync(program, `#!/bin/sh\necho asked >> ${calls}\necho ${version}\n`, { mode: 0o755 });
  };
  install('1.18.33');
  for (let n = 0; n < 3; n += 1)
    expect(await probeOpencode('a', program)).toEqual({ ok: true, version: '1.18.33', problems: [] });
  expect(readFileSync(calls, 'utf8')).toBe('asked\n');
  install('2.00.00');
  expect(await probeOpencode('a', program)).toMatchObject({ ok: false, version: '2.00.00' });
  install('1.18.34');
  writeFileSync(program, '#!/bin/sh\nexit 1\n');
  expect(await probeOpencode('a', program)).toMatchObject({ ok: false, version: undefined });
});
