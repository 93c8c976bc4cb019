// The sandbox room's door: the kind that the config names, tried out, or a refusal that says what to do.
import { KugetsuError } from '../support/errors.js';
import { silentLog, type Log } from '../support/log.js';
import { createBubblewrapSandbox } from './bubblewrap.js';
import { realOf, refuseExposure, type Places } from './exposure.js';
import { createNoneSandbox } from './none.js';
import { isRoot, refuseRoot } from './root.js';
import type { Sandbox } from './sandbox.js';

export interface SandboxWish extends Places {
  readonly kind: Sandbox['kind'];
  readonly allowRoot: boolean;
}

/** Fail closed: throws `root` and `home_shown` (exit code 4), `sandbox` rather than start agents less protected than was asked for. */
export async function openSandbox(wish: SandboxWish, log: Pick<Log, 'warn'> = silentLog): Promise<Sandbox> {
  refuseRoot(wish.allowRoot);
  refuseShown(wish);
  const sandbox = create(wish);
  const probe = await sandbox.probe();
  if (probe.ok) {
    if (isRoot()) log.warn('sandbox.root', { note: sandbox.describe });
    return sandbox;
  }
  const way = 'Or, knowing that agents then run unprotected, set `sandbox: { kind: none }` in config.yaml.';
  throw new KugetsuError('sandbox', `the sandbox does not work here: ${probe.problem} ${probe.fix} ${way}`);
}

/** Throws `home_shown` (exit code 4) where agents would see what is not for them. Without a sandbox they see everything anyway. */
export function refuseShown(wish: Pick<SandboxWish, 'kind' | keyof Places>): void {
  switch (wish.kind) {
    case 'none':
      return;
    case 'bubblewrap':
      refuseExposure(wish);
  }
}

function create(wish: SandboxWish): Sandbox {
  switch (wish.kind) {
    case 'none':
      return createNoneSandbox();
    case 'bubblewrap':
      return createBubblewrapSandbox({
        hidden: [...new Set(wish.hidden.flatMap(({ folder }) => [folder, realOf(folder)]))],
      });
  }
}
