// At start, beside the work: pull requests that came to their end while kugetsu was not there. No forge delivers that again.
import pLimit from 'p-limit';
import type { Session } from '../domain/session.js';
import type { Forge } from '../forges/forge.js';
import { describeError } from '../support/errors.js';
import type { Log } from '../support/log.js';
import { pullEnded, type PullsDeps } from './pulls.js';

export interface CatchUpDeps extends PullsDeps {
  readonly log: Log;
  readonly forgeOf: (name: string) => Forge | undefined;
}

const AT_ONCE = 4;

/** Never throws: a forge that is down keeps nothing else. Once aborted, nothing more is asked. */
export async function catchUpPulls(deps: CatchUpDeps, signal: AbortSignal): Promise<void> {
  const limit = pLimit(AT_ONCE);
  const sessions = await deps.store.sessions.withOpenPull();
  const each = (session: Session) => limit(() => (signal.aborted ? undefined : catchUp(deps, session)));
  await Promise.all(sessions.map(each));
}

async function catchUp(deps: CatchUpDeps, { id, pull, subject }: Session): Promise<void> {
  const forge = deps.forgeOf(subject.repo.forge);
  if (forge === undefined || pull === undefined) return;
  try {
    const outcome = await pullEnded(
      deps,
      forge,
      { repo: subject.repo, number: pull.number },
      await forge.self(),
    );
    if (outcome.result === 'handled')
      deps.log.info('catch_up.pull_ended', { session: id, note: outcome.note });
  } catch (error) {
    deps.log.warn('catch_up.failed', { session: id, why: describeError(error) });
  }
}
