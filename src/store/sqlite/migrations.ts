// The list of versions: the n-th entry leads from version n - 1 to version n.
import type { Migration } from './migrate.js';
import { version1 } from './version-1.js';
import { version2 } from './version-2.js';
import { version3 } from './version-3.js';

export const MIGRATIONS: readonly Migration[] = [version1, version2, version3];
