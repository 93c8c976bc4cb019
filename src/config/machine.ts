// What only this machine can tell: the mode of the home, and whether the agents' programs are there.
import { statSync } from 'node:fs';
import type { Finding } from './problem.js';
import { inHomeFolder } from './resolve.js';
import { isRecord } from './tree.js';

export interface Machine {
  /** Absolute path of an executable program; undefined when there is none. */
  readonly findProgram: (name: string) => string | undefined;
}

export function checkMachine(value: Record<string, unknown>, home: string, machine: Machine): Finding[] {
  return [...checkHomeMode(home), ...checkPrograms(value, home, machine)];
}

function checkHomeMode(home: string): Finding[] {
  try {
    if ((statSync(home).mode & 0o077) === 0) return [];
  } catch {
    // `serve` makes it.
    return [];
  }
  const message = 'can be entered by other users of this machine';
  return [{ file: home, path: [], message, fix: `run chmod 700 ${home}` }];
}

function checkPrograms(value: Record<string, unknown>, home: string, machine: Machine): Finding[] {
  const agents = isRecord(value['agents']) ? value['agents'] : { opencode: { kind: 'opencode' } };
  return Object.entries(agents).flatMap(([name, entry]) => {
    const { program, key } = programOf(entry);
    if (program === undefined || machine.findProgram(inHomeFolder(home, program)) !== undefined) return [];
    const isPath = program.includes('/');
    const message = isPath
      ? `${inHomeFolder(home, program)} is not there or may not be executed`
      : `there is no program ${program} in PATH`;
    const fix = isPath ? 'correct the path, or run chmod +x on it' : 'install it, or write its absolute path';
    return [{ path: ['agents', name, ...key], message, fix }];
  });
}

function programOf(entry: unknown): { program: string | undefined; key: (string | number)[] } {
  if (!isRecord(entry)) return { program: undefined, key: [] };
  if (entry['kind'] === 'opencode') {
    const { program } = entry;
    if (program === undefined) return { program: 'opencode', key: [] };
    return { program: typeof program === 'string' ? program : undefined, key: ['program'] };
  }
  const first: unknown = Array.isArray(entry['command']) ? entry['command'][0] : undefined;
  // What is not built yet is told as that.
  const known = entry['kind'] === 'command' && typeof first === 'string' && first !== '';
  return { program: known ? first : undefined, key: ['command', 0] };
}
