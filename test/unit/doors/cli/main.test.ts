import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { NODE_FLOOR, nodeProblem } from '../../../../src/support/node-floor.js';
import { aHome, SMALL } from '../../config/a-home.js';

const MAIN = fileURLToPath(new URL('../../../../dist/main.js', import.meta.url));

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

test('E3: an older Node is told in a sentence what kugetsu needs, with exit code 4, before SQLite is loaded', () => {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, MAIN, 'serve'];
  const env = { PATH: process.env['PATH'], KUGETSU_HOME: aHome() };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  expect(status).toBe(4);
  expect(stdout).toBe('');
  expect(stderr).toMatch(
    /^kugetsu: this is Node 20\.20\.2, and kugetsu needs Node 22\.14\.0 or newer\..*\n$/,
  );
});

test('E1: the floor that the program asks for is the one in package.json', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  expect(`${engines.node}.0`).toBe(`>=${NODE_FLOOR}`);
  expect(nodeProblem('22.13.9')).toMatch(/Node 22\.13\.9/);
  for (const good of ['22.14.0', '22.20.1', '24.0.0', '26.10.0']) expect(nodeProblem(good)).toBeUndefined();
});

test('first-use 14: a port in use is one sentence with the address and what to do, exit 4', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const home = aHome({ 'config.yaml': `${SMALL}sandbox: { kind: none, allowRoot: true }\n` });
  const args = [MAIN, 'serve', '--port', String(port)];
  const env = { PATH: process.env['PATH'], KUGETSU_HOME: home };
  const serve = spawnSync(process.execPath, args, { encoding: 'utf8', env, timeout: 30_000 });
  expect(serve.status).toBe(4);
  expect(serve.stderr.trim().split('\n').at(-1)).toBe(
    `kugetsu: cannot listen on 127.0.0.1:${port}: another process listens there already; stop it ` +
      `(\`ss -ltnp 'sport = :${port}'\` shows which), or name another one in server.listen (or with --host and --port)`,
  );
});
