// Beside the work: what each forge is asked after a start, again and again until it has answered.
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.js';
import { createRightsSeen, type RightsSeen } from './rights-seen.js';
import { listedOf } from '../forges/listed.js';
import type { WorkDeps } from './deps.js';
import type { PullsDeps } from './pull-ended.js';
import type { Forge } from '../forges/forge.js';
import { passingOf } from '../forges/passing.js';
import type { Pauses } from '../forges/pauses.js';
import { createUntilDone, type UntilDone } from '../forges/until-done.js';
import { createCatchUp } from './catch-up.js';
import { describeError } from '../support/errors.js';

export type BesideDeps = PullsDeps &
  Pick<WorkDeps, 'config' | 'forges'> & { readonly pauses: Pick<Pauses, 'list'> };

export interface Beside {
  /** Attempts what is due and waits for it; nothing else waits for the step. What it did asks for no further one. */
  readonly step: (signal: AbortSignal) => Promise<false>;
  /** What people should know of the forges: sentences that strangers may read. */
  readonly notes: () => readonly string[];
}

export function createBeside(deps: BesideDeps): Beside {
  const rights = createRightsSeen(deps.log);
  const away = new Set<string>();
  const said = new Set<string>();
  let asked = askedOf(deps.config());
  let greeting = greetForges(deps, rights, away, said);
  let catchUp: UntilDone | undefined;
  return {
    notes: () => [...notAnswering(away, deps.pauses), ...rights.missing()],
    async step(signal) {
      if (!isDeepStrictEqual(asked, askedOf(deps.config()))) {
        // Other tokens, other repositories: what they lack is asked once more.
        asked = askedOf(deps.config());
        greeting = greetForges(deps, rights, away, said);
      }
      catchUp ??= await createCatchUp({ ...deps, signal });
      await Promise.all([greeting.step(), catchUp.step()]);
      return false;
    },
  };
}

/** What a greeting depends on. */
function askedOf({ forges, repos }: Config): unknown {
  return { forges, repos };
}

function notAnswering(away: ReadonlySet<string>, pauses: Pick<Pauses, 'list'>): string[] {
  const paused = pauses.list().filter(({ repoId }) => repoId === undefined);
  const waits = 'everything for it waits';
  return [
    ...[...away].map((forge) => `${forge}: ${waits}; forge.not_ready in the log says why`),
    ...paused
      .filter(({ forge }) => !away.has(forge))
      .map(({ forge }) => `${forge}: ${waits}; forge.paused in the log says why`),
  ];
}

/**
 * Says whether each forge knows our token, and what that may not do: else the first delivery would be the first to find
 * out, or the first push after an hour of work. A forge that is down is asked only who we are. What is missing is asked
 * about again, so that what was mended at the forge shows without a restart.
 */
function greetForges(
  { forges, now, log, config }: BesideDeps,
  rights: RightsSeen,
  away: Set<string>,
  said: Set<string>,
): UntilDone {
  function once(key: string, say: () => void): void {
    if (!said.has(key)) say();
    said.add(key);
  }
  return createUntilDone({
    now,
    forges: forges.names(),
    attempt: async (name) => {
      const forge = forges.get(name);
      if (forge === undefined) return 'done';
      const { account, refused } = await greet(forge);
      away.delete(name);
      if (refused === undefined) once(name, () => log.info('forge.ready', { forge: name, account }));
      else once(`${name} ${refused}`, () => log.warn('forge.not_ready', { forge: name, why: refused }));
      return rights.note(name, await forge.rights(listedOf(config(), name))) === 0 ? 'done' : 'again';
    },
    onFault: (forge, error) => {
      away.add(forge);
      // That it is there again is worth a line.
      said.delete(forge);
      log.warn('forge.not_ready', { forge, why: describeError(error) });
    },
  });
}

/** `refused`: why it would not say who we are, as to a token without that right: the others may still be asked for. */
async function greet(forge: Forge): Promise<{ account?: string; refused?: string }> {
  try {
    return { account: (await forge.self()).login };
  } catch (error) {
    const passing = passingOf(error);
    if (passing !== undefined && passing.because !== 'rights') throw error;
    return { refused: describeError(error) };
  }
}
