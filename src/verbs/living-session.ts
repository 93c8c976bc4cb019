// The session that a verb works on.
import type { Session } from '../domain/session.js';
import { unlessLeaving } from '../work/queueing.js';
import { sessionOf } from '../work/whose-session.js';
import type { Call, VerbDeps } from './verb.js';

/** The living session that owns this issue or pull request. @throws SessionLeaving while it is being removed: the command waits for that */
export async function livingSession(
  { store }: VerbDeps,
  { forge, subject }: Call,
): Promise<Session | undefined> {
  return unlessLeaving(await sessionOf(store, forge, subject));
}
