// A SQLite store in a folder of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Store } from '../../../src/store/store.js';
import { openSqliteStore } from '../../../src/store/sqlite/open.js';
import type { OpenedStore } from './world.js';

export async function openSqliteWorld(): Promise<OpenedStore> {
  const folder = mkdtempSync(join(tmpdir(), 'kugetsu-store-'));
  const file = join(folder, 'data', 'kugetsu.db');
  let store = await openSqliteStore({ file });
  return {
    store,
    async reopen(): Promise<Store> {
      await store.close();
      store = await openSqliteStore({ file });
      return store;
    },
    async end() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A folder that is removed after the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kugetsu-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store that is closed after the test. */
export async function anOpenStore(file: string): Promise<Store> {
  const store = await openSqliteStore({ file });
  onTestFinished(() => store.close());
  return store;
}
