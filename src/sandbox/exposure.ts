// Is a folder that no agent may see below something that every agent is shown? By real paths, links followed.
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { KugetsuError } from '../support/errors.js';
import { systemView } from './system-view.js';

export interface Places {
  /** What no agent may see, with the variable that names another place for it. */
  readonly hidden: readonly { readonly folder: string; readonly variable: string }[];
  /** Files and folders inside those of which not even a part may be shown. */
  readonly closed: readonly string[];
  /** What the configuration shows agents beside the system (`agents.NAME.readOnly`). */
  readonly shown: readonly string[];
}

/** Throws `home_shown` (exit code 4), naming what shows the folder and where it could be instead. */
export function refuseExposure({ hidden, closed, shown }: Places): void {
  for (const { folder, variable } of hidden) {
    const by = [...systemPaths(), ...shown].find((each) => isWithin(folder, each));
    if (by !== undefined) throw exposed(folder, by, `name a folder outside of ${by} in ${variable}`);
  }
  for (const part of closed) {
    const by = shown.find((each) => isWithin(part, each) || isWithin(each, part));
    if (by !== undefined) throw exposed(part, by, `take ${by} out of agents.NAME.readOnly`);
  }
}

function exposed(folder: string, by: string, fix: string): KugetsuError {
  const message = `agents could read ${folder}: the sandbox shows them ${by}; ${fix}`;
  return new KugetsuError('home_shown', message, { exitCode: 4 });
}

/** Of the very arguments that bubblewrap gets. A link shows nothing but itself. */
function systemPaths(): string[] {
  const args = systemView();
  return args.flatMap((arg, at) => (arg === '--ro-bind' ? [args[at + 1] ?? ''] : []));
}

/** Either as it is written, which is its place inside the sandbox, or where its links lead. */
function isWithin(inner: string, outer: string): boolean {
  return contains(path.resolve(outer), path.resolve(inner)) || contains(realOf(outer), realOf(inner));
}

function contains(outer: string, inner: string): boolean {
  const below = path.relative(outer, inner);
  return below === '' || (below.split(path.sep)[0] !== '..' && !path.isAbsolute(below));
}

/** Also of what does not exist yet: the part that does is followed. */
export function realOf(file: string): string {
  const full = path.resolve(file);
  try {
    return realpathSync(full);
  } catch {
    const parent = path.dirname(full);
    return parent === full ? full : path.join(realOf(parent), path.basename(full));
  }
}
