// One lane of the inbox: its deliveries in order, each carried out and remembered; what fails for now holds back what follows.
import { subjectOf, type ForgeEvent } from '../../domain/event.js';
import { aboutSubject } from '../../domain/about.js';
import { isGivenUp, passingOf, PATIENCE_MS, waitMsAfter } from '../../forges/passing.js';
import type { Delivery, DeliveryOutcome } from '../../store/inbox.js';
import { describeError } from '../../support/errors.js';
import { DUPLICATE, type Ignored } from './ignored.js';
import type { InboxDeps } from './inbox.js';
import { route, type Routed } from './route.js';

export interface LaneDeps extends InboxDeps {
  readonly ignored: Ignored;
  /** Its name. */
  readonly lane: string;
}

export interface Understood {
  readonly delivery: Delivery;
  readonly event: ForgeEvent;
}

/** A fault that does not pass by itself ends a delivery after a day, loudly. */
const GIVE_UP_MS = 24 * 60 * 60_000;
const FIRST_WAIT_MS = 1_000;

export async function runLane(deps: LaneDeps, lane: readonly Understood[]): Promise<void> {
  for (const [at, understood] of lane.entries()) {
    const until = await handle(deps, understood);
    if (until === undefined) continue;
    for (const { delivery } of lane.slice(at + 1))
      await deps.store.inbox.postpone(delivery.seq, { until, why: BEHIND, lane: deps.lane });
    return;
  }
}

export const BEHIND = 'an earlier delivery of this issue is tried again first';

/** When it is tried again; undefined when it is over. */
async function handle(deps: LaneDeps, { delivery, event }: Understood): Promise<number | undefined> {
  const about = aboutOf(delivery, event);
  try {
    const outcome = await outcomeOf(deps, delivery, event);
    const done = ({ result, note }: DeliveryOutcome) =>
      deps.log[outcome.isEcho === true ? 'debug' : 'info']('delivery.done', { ...about, result, note });
    if (outcome.result === 'ignored' || outcome.result === 'duplicate') {
      deps.ignored.add(delivery, outcome, done);
      return undefined;
    }
    await deps.store.inbox.finish(delivery.seq, outcome, deps.now());
    done(outcome);
    return undefined;
  } catch (error) {
    if ('repo' in event) deps.pauses.note(event.repo, error);
    return await postponeOrGiveUp(deps, delivery, error, about);
  }
}

function aboutOf(delivery: Delivery, event: ForgeEvent): Record<string, unknown> {
  const subject = subjectOf(event);
  return {
    forge: delivery.forge,
    delivery: delivery.id,
    kind: event.type,
    ...(subject !== undefined && aboutSubject(subject)),
    ...('actor' in event && { actor: event.actor.login }),
  };
}

async function outcomeOf(deps: InboxDeps, delivery: Delivery, event: ForgeEvent): Promise<Routed> {
  if (event.type === 'ignored') return { result: 'ignored', note: event.reason };
  if (event.type === 'ping') return { result: 'handled', note: 'the forge says hello' };
  const { contentKey } = event;
  if (contentKey !== undefined && (await deps.store.inbox.seen(delivery.forge, contentKey))) {
    return DUPLICATE;
  }
  const outcome = await route(deps, event, delivery);
  return contentKey === undefined ? outcome : { ...outcome, contentKey };
}

async function postponeOrGiveUp(
  deps: LaneDeps,
  delivery: Delivery,
  error: unknown,
  about: Record<string, unknown>,
): Promise<number | undefined> {
  const why = describeError(error);
  const now = deps.now();
  const passing = passingOf(error);
  const patienceMs = passing === undefined ? GIVE_UP_MS : PATIENCE_MS;
  if (isGivenUp({ sinceMs: delivery.receivedAt, nowMs: now, failed: delivery.attempts, patienceMs })) {
    await deps.store.inbox.finish(delivery.seq, { result: 'failed', note: why }, now);
    deps.log.error('delivery.given_up', { ...about, why });
    return undefined;
  }
  const retryAfterMs = passing?.retryAfterMs;
  const waitMs = waitMsAfter(delivery.attempts, { firstMs: FIRST_WAIT_MS, retryAfterMs });
  await deps.store.inbox.postpone(delivery.seq, { until: now + waitMs, why, lane: deps.lane });
  deps.log.warn('delivery.postponed', { ...about, why, waitMs });
  return now + waitMs;
}
