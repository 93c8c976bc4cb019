// Finds a program as a shell would: by path, or by name in the folders of PATH.
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** Absolute path of an executable file; undefined when there is none. `search` is a PATH. */
export function findProgram(name: string, search: string): string | undefined {
  const folders = name.includes('/') ? [''] : search.split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.resolve(folder, name)).find((file) => isExecutableFile(file));
}

function isExecutableFile(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
