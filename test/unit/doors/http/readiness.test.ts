// What /readyz says is missing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createReadiness } from '../../../../src/doors/http/readiness.js';
import { openSqliteStore } from '../../../../src/store/sqlite/open.js';

test('B4: recovering, and a store that cannot be written, are said', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kugetsu-ready-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const store = await openSqliteStore({ file: join(folder, 'k.db') });
  const readiness = createReadiness(store);
  expect(await readiness.missing()).toEqual(['recovering what the last end left behind']);
  readiness.recovered();
  expect(await readiness.missing()).toEqual([]);
  await store.close();
  const later = createReadiness(store);
  later.recovered();
  expect(await later.missing()).toEqual(['the store cannot be written: the store is closed']);
});
