// What tells of a file that it was changed or replaced, without reading it.
import { statSync } from 'node:fs';

/** Files that were read, each with its print from before it was read: a change meanwhile is seen at the next look. */
export type FilePrints = ReadonlyMap<string, string>;

/** Follows links, so that a link that is turned to another file counts. Never throws: a file that is not there has a print too. */
export function printOf(file: string): string {
  try {
    const { dev, ino, size, mode, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [dev, ino, size, mode, mtimeNs, ctimeNs].join(':');
  } catch {
    return 'not there';
  }
}

/** The prints of the same files as they are now, where one of them differs; undefined where none does. */
export function printsSince(read: FilePrints): string | undefined {
  const now = [...read.keys()].map(printOf);
  return now.join() === [...read.values()].join() ? undefined : now.join();
}
