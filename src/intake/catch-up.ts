// At start: pull requests that came to their end while kugetsu was not there. No forge delivers that again by itself.
import type { Forge } from '../forges/forge.js';
import { describeError } from '../support/errors.js';
import type { Log } from '../support/log.js';
import { pullEnded, type PullsDeps } from './pulls.js';

export async function catchUpPulls(
  deps: PullsDeps & { readonly log: Log },
  forgeOf: (name: string) => Forge | undefined,
): Promise<void> {
  for (const session of await deps.store.sessions.all()) {
    const { pull, state, subject } = session;
    const forge = forgeOf(subject.repo.forge);
    if (forge === undefined || pull?.state !== 'open' || state === 'reaped') continue;
    try {
      const outcome = await pullEnded(
        deps,
        forge,
        { repo: subject.repo, number: pull.number },
        await forge.self(),
      );
      if (outcome.result === 'handled')
        deps.log.info('catch_up.pull_ended', { session: session.id, note: outcome.note });
    } catch (error) {
      // A forge that is down must not keep kugetsu from starting.
      deps.log.warn('catch_up.failed', { session: session.id, why: describeError(error) });
    }
  }
}
