// Composition, beside the work: what each forge is asked after a start, again and again until it has answered.
import type { Connection } from './app-forges.js';
import { createRightsSeen, listedOf, type RightsSeen } from './app-rights.js';
import type { Config } from './config/config.js';
import { createUntilDone, type UntilDone } from './forges/until-done.js';
import { createCatchUp, type CatchUpDeps } from './intake/catch-up.js';
import { describeError } from './support/errors.js';

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
  const once = [greetForges(deps), askForRights(deps, rights)];
  let catchUp: UntilDone | undefined;
  return {
    notes: rights.missing,
    async step(signal) {
      const forgeOf = (name: string) => connections.get(name)?.forge;
      catchUp ??= await createCatchUp({ ...deps, signal, forgeOf });
      await Promise.all([...once, catchUp].map((one) => one.step()));
    },
  };
}

/** Says whether each forge knows our token: else the first delivery would be the first to find out. */
function greetForges({ connections, now, log }: BesideDeps): UntilDone {
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

/** Else the first command would be the first to find out, or the first push after an hour of work. */
function askForRights({ connections, now, log, config }: BesideDeps, rights: RightsSeen): UntilDone {
  return createUntilDone({
    now,
    forges: [...connections.keys()],
    attempt: async (name) => {
      const found = await connections.get(name)?.forge.rights(listedOf(config, name));
      if (found !== undefined) rights.note(name, found);
    },
    onFault: (forge, error) => log.warn('forge.rights_unknown', { forge, why: describeError(error) }),
  });
}
