// Agents and the user root: refused unless somebody said so, and then said in every report.
import { KugetsuError } from '../support/errors.js';

/** What a report says beside the sandbox when agents are started by root; empty for any other user. */
export const rootNote = isRoot()
  ? ' Started by root (`sandbox.allowRoot`): what breaks out of it has the whole machine.'
  : '';

/**
 * Inside bubblewrap root's user id is still root's for the kernel: each file of the system that was overlooked is open.
 * Throws `root` (exit code 4).
 */
export function refuseRoot(allowRoot: boolean): void {
  if (!isRoot() || allowRoot) return;
  throw new KugetsuError(
    'root',
    'agents are not run as root: start kugetsu as a user of its own (deploy/README.md), or, knowing that whatever ' +
      'breaks out of the sandbox then has the whole machine, set `sandbox: { allowRoot: true }` in config.yaml',
    { exitCode: 4 },
  );
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
