// Where the scripted agent's program is, and what a sandbox must show of it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { KugetsuError } from '../../support/errors.js';

export interface ScriptedProgram {
  readonly command: readonly [string, ...string[]];
  readonly readOnly: readonly string[];
}

/**
 * The command that runs the built scripted agent with this node.
 * @throws Error (code SCRIPTED_NOT_BUILT) when it is not built.
 */
export function findScripted(): ScriptedProgram {
  const root = packageRoot(path.dirname(fileURLToPath(import.meta.url)));
  const folder = path.join(root, 'dist', 'agents', 'command');
  const program = path.join(folder, 'scripted.js');
  if (!existsSync(program)) {
    throw new KugetsuError(
      'SCRIPTED_NOT_BUILT',
      `the scripted agent is not built: run npm run build (no ${program})`,
    );
  }
  // package.json says that the files are ES modules.
  return { command: [process.execPath, program], readOnly: [folder, path.join(root, 'package.json')] };
}

function packageRoot(folder: string): string {
  const parent = path.dirname(folder);
  return existsSync(path.join(folder, 'package.json')) || parent === folder ? folder : packageRoot(parent);
}
