// The key of the hidden marks, in the home: made whole at the first start, never replaced by itself.
import { randomBytes } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { KugetsuError } from '../support/errors.js';

const KEY_BYTES = 32;

/**
 * Without the key of earlier boots their comments would not be known as ours, and with an empty one anybody could make
 * marks that pass for ours: so a short one is refused. Throws `marker_key` (4).
 */
export async function markerKey(file: string): Promise<Uint8Array> {
  await makeWhereMissing(file);
  const key = await readFile(file);
  if (key.length >= KEY_BYTES) return key;
  throw new KugetsuError(
    'marker_key',
    `${file} holds ${key.length} bytes, and the key of kugetsu's hidden marks has ${KEY_BYTES}: put the file back from a ` +
      'backup. Without one, stop kugetsu, remove the file and start again: a new key is made, and kugetsu then no longer ' +
      'knows its comments and pull requests of before, so open tasks get a second report',
    { exitCode: 4 },
  );
}

/** Written beside and linked: a power cut in between leaves no short key. */
async function makeWhereMissing(file: string): Promise<void> {
  const beside = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(beside, 'wx', 0o600);
  try {
    await handle.writeFile(randomBytes(KEY_BYTES));
    await handle.sync();
    await link(beside, file);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  } finally {
    await handle.close();
    await rm(beside, { force: true });
  }
}
