// Composition, beside the work: what each forge is asked after a start, again and again until it has answered.
import type { Connection } from './app-forges.js';
import { createUntilDone, type UntilDone } from './forges/until-done.js';
import { createCatchUp, type CatchUpDeps } from './intake/catch-up.js';
import { describeError } from './support/errors.js';

export interface BesideDeps extends Omit<CatchUpDeps, 'signal' | 'forgeOf'> {
  readonly connections: ReadonlyMap<string, Connection>;
}

/** A step attempts what is due and waits for it; nothing else waits for the step. */
export function createBeside(deps: BesideDeps): (signal: AbortSignal) => Promise<void> {
  const { connections } = deps;
  const greeting = greetForges(deps);
  let catchUp: UntilDone | undefined;
  return async (signal) => {
    const forgeOf = (name: string) => connections.get(name)?.forge;
    catchUp ??= await createCatchUp({ ...deps, signal, forgeOf });
    await Promise.all([greeting.step(), catchUp.step()]);
  };
}

/** Says whether each forge knows our token: else the first delivery would be the first to find out. */
function greetForges({ connections, now, log }: BesideDeps) {
  return createUntilDone({
    now,
    forges: [...connections.keys()],
    attempt: async (name) => {
      const forge = connections.get(name)?.forge;
      if (forge === undefined) return;
      log.info('forge.ready', { forge: name, account: (await forge.self()).login });
    },
    onFault: (forge, error) => log.warn('forge.not_ready', { forge, why: describeError(error) }),
  });
}
