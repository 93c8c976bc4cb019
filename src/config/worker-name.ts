// The name of this worker: an id of the home, made at its first start.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const NAME_BYTES = 6;
const NAME = /^[0-9a-f]{12}$/;

/** Needs the home's lock. One that was lost, or cut short by a power cut, is made anew: the store then takes the old one's things over. */
export function workerName(file: string): string {
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (NAME.test(known)) return known;
  const name = randomBytes(NAME_BYTES).toString('hex');
  writeFileSync(file, `${name}\n`, { mode: 0o600 });
  return name;
}
