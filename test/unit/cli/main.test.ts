import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { aHome } from '../config/a-home.js';

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));

function kugetsu(...argv: string[]) {
  const env = { PATH: process.env['PATH'], KUGETSU_HOME: aHome() };
  return spawnSync(process.execPath, [MAIN, ...argv], { encoding: 'utf8', env });
}

test('the built program gives its exit code to the shell and keeps its two outputs apart', () => {
  expect(kugetsu('--version')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\d+\./),
    stderr: '',
  });
  expect(kugetsu('config', 'chek')).toMatchObject({ status: 2, stdout: '' });
  const serve = kugetsu('serve');
  expect(serve.status).toBe(5);
  expect(serve.stdout).toMatch(/^forges:\n/);
  expect(serve.stderr).toMatch(/^kugetsu: there is no .*config\.yaml yet/);
  expect(serve.stderr).not.toMatch(/^\s+at /m);
});
