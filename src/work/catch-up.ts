// After a start, beside the work: pull requests that came to their end while kugetsu was not there. No forge delivers that again.
import pLimit from 'p-limit';
import { aboutSession } from '../domain/about.js';
import type { Session } from '../domain/session.js';
import type { Forges } from '../forges/create.js';
import type { Forge } from '../forges/forge.js';
import { isForgeAway } from '../forges/passing.js';
import { createUntilDone, type UntilDone } from '../forges/until-done.js';
import { describeError } from '../support/errors.js';
import { groupBy } from '../support/group-by.js';
import { pullEnded, type PullsDeps } from './pull-ended.js';

export type CatchUpDeps = PullsDeps & {
  readonly forges: Pick<Forges, 'get'>;
  /** Once aborted, nothing more is asked. */
  readonly signal: AbortSignal;
};

const AT_ONCE = 4;

/** Asks for the sessions that are there now; one forge that is down is asked again later, and keeps nothing else. */
export async function createCatchUp(deps: CatchUpDeps): Promise<UntilDone> {
  const sessions = await deps.store.records.sessions.withOpenPull();
  const left: Map<string, readonly Session[]> = groupBy(sessions, ({ subject }) => subject.repo.forge);
  return createUntilDone({
    now: deps.now,
    forges: [...left.keys()],
    attempt: async (name) => {
      const forge = deps.forges.get(name);
      if (forge === undefined) return 'done';
      // One question before the many: a forge that is down is asked this one only.
      await forge.self();
      await catchUpAll(deps, forge, left.get(name) ?? [], (still) => void left.set(name, still));
      return 'done';
    },
    onFault: (forge, error) => {
      const fields = { forge, sessions: left.get(forge)?.length, why: describeError(error) };
      deps.log.warn('catch_up.waits', { ...fields, next: 'asked again by itself until the forge answers' });
    },
  });
}

/** Throws the first fault that every other session would meet too, and keeps those that were not asked about. */
async function catchUpAll(
  deps: CatchUpDeps,
  forge: Forge,
  sessions: readonly Session[],
  keep: (still: readonly Session[]) => void,
): Promise<void> {
  const done = new Set<Session>();
  let fault: { readonly error: unknown } | undefined;
  const limit = pLimit(AT_ONCE);
  const one = async (session: Session): Promise<void> => {
    if (fault !== undefined || deps.signal.aborted) return;
    try {
      await catchUp(deps, forge, session);
    } catch (error) {
      if (isForgeAway(error)) {
        fault ??= { error };
        return;
      }
      deps.log.warn('catch_up.failed', { ...aboutSession(session), why: describeError(error) });
    }
    done.add(session);
  };
  await Promise.all(sessions.map((session) => limit(() => one(session))));
  keep(sessions.filter((session) => !done.has(session)));
  if (fault !== undefined) throw fault.error;
}

async function catchUp(deps: CatchUpDeps, forge: Forge, session: Session): Promise<void> {
  const { pull, subject } = session;
  if (pull === undefined) return;
  const at = { repo: subject.repo, number: pull.number };
  const outcome = await pullEnded(deps, forge, at, await forge.self());
  if (outcome.result === 'handled')
    deps.log.info('catch_up.pull_ended', { ...aboutSession(session), note: outcome.note });
}
