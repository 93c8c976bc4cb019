// The peers live in a package of the bench: nobody who only runs kugetsu downloads them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export function installPeers() {
  const folder = join(import.meta.dirname, '..');
  if (existsSync(join(folder, 'node_modules', 'probot'))) return;
  process.stdout.write('installing the peers of the bench (once)\n');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new Error('the peers could not be installed; run `npm ci` in bench/ and look why');
}
