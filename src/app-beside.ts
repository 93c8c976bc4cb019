// Composition, beside the work: what each forge is asked after a start, again and again until it has answered.
import type { Connection } from './app-forges.js';
import { createRightsSeen, listedOf, type RightsSeen } from './app-rights.js';
import type { Config } from './config/config.js';
import type { Forge } from './forges/forge.js';
import { passingOf } from './forges/passing.js';
import { createUntilDone, type UntilDone } from './forges/until-done.js';
import { createCatchUp, type CatchUpDeps } from './intake/catch-up.js';
import { describeError } from './support/errors.js';
import type { Log } from './support/log.js';

export interface BesideDeps extends Omit<CatchUpDeps, 'signal' | 'forgeOf'> {
  readonly connections: ReadonlyMap<string, Connection>;
  readonly config: Config;
}

export interface Beside {
  /** Attempts what is due and waits for it; nothing else waits for the step. */
  readonly step: (signal: AbortSignal) => Promise<void>;
  /** What people should know of the forges: sentences that strangers may read. */
  readonly notes: () => readonly string[];
}

export function createBeside(deps: BesideDeps): Beside {
  const { connections } = deps;
  const rights = createRightsSeen(deps.log);
  const greeting = greetForges(deps, rights);
  let catchUp: UntilDone | undefined;
  return {
    notes: rights.missing,
    async step(signal) {
      const forgeOf = (name: string) => connections.get(name)?.forge;
      catchUp ??= await createCatchUp({ ...deps, signal, forgeOf });
      await Promise.all([greeting.step(), catchUp.step()]);
    },
  };
}

/**
 * Says whether each forge knows our token, and what that may not do: else the first delivery would be the first to find
 * out, or the first push after an hour of work. A forge that is down is asked only who we are.
 */
function greetForges({ connections, now, log, config }: BesideDeps, rights: RightsSeen): UntilDone {
  return createUntilDone({
    now,
    forges: [...connections.keys()],
    attempt: async (name) => {
      const forge = connections.get(name)?.forge;
      if (forge === undefined) return;
      const refused = await greet(forge, log);
      if (refused !== undefined) log.warn('forge.not_ready', { forge: name, why: refused });
      rights.note(name, await forge.rights(listedOf(config, name)));
    },
    onFault: (forge, error) => log.warn('forge.not_ready', { forge, why: describeError(error) }),
  });
}

/** Why it would not say who we are, as to a token without that right: the others may still be asked for. */
async function greet(forge: Forge, log: Log): Promise<string | undefined> {
  try {
    log.info('forge.ready', { forge: forge.name, account: (await forge.self()).login });
    return undefined;
  } catch (error) {
    const passing = passingOf(error);
    if (passing !== undefined && passing.because !== 'rights') throw error;
    return describeError(error);
  }
}
