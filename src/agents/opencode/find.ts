// Finds opencode's program and the folders a sandbox must show for it to run.
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '../find-program.js';

export interface OpencodeProgram {
  /** The real file, links followed: in a sandbox the link may not exist. */
  readonly program: string;
  readonly readOnly: readonly string[];
}

/** By absolute path, or by name in PATH; undefined when there is none. */
export function findOpencode(name: string, search: string): OpencodeProgram | undefined {
  const found = findProgram(name, search);
  if (found === undefined) return undefined;
  const program = realpathSync(found);
  if (program.startsWith('/usr/')) return { program, readOnly: [] };
  return { program, readOnly: [packageFolder(program) ?? program] };
}

/** npm's package holds the program in `bin/`; an installation by script is the file alone. */
function packageFolder(program: string): string | undefined {
  const folder = path.dirname(path.dirname(program));
  return existsSync(path.join(folder, 'package.json')) ? folder : undefined;
}
