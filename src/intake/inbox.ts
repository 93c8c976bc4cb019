// The inbox loop: takes stored deliveries in order, has each understood and carried out, and remembers what became of it.
import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { ForgeEvent } from '../domain/event.js';
import { issueKeyOf, showSubject } from '../domain/refs.js';
import type { Receiver } from '../forges/forge.js';
import { passingOf } from '../forges/passing.js';
import type { Delivery, DeliveryOutcome, Store } from '../store/store.js';
import { describeError } from '../support/errors.js';
import { groupBy } from '../support/group-by.js';
import type { Log } from '../support/log.js';
import { createIgnored, DUPLICATE, type Ignored } from './ignored.js';

export interface InboxDeps {
  readonly store: Store;
  readonly now: () => number;
  readonly log: Log;
  readonly receiverOf: (forge: string) => Receiver | undefined;
  /** Does what the event asks; its outcome is stored. Throws when it should be tried again. */
  readonly route: (event: ForgeEvent, delivery: Delivery) => Promise<DeliveryOutcome>;
}

const BATCH = 64;
const PARSED_AT_ONCE = 8;
const LANES_AT_ONCE = 4;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A fault that does not pass by itself ends a delivery after a day, loudly; one that does after a long weekend. */
const GIVE_UP_MS = DAY_MS;
const GIVE_UP_PASSING_MS = 3 * DAY_MS;

/** One step: true when something was taken. Deliveries of one issue go one after the other, issues beside each other. */
export function createInbox(deps: InboxDeps): { step: () => Promise<boolean> } {
  const limit = pLimit(LANES_AT_ONCE);
  return {
    async step() {
      const batch = await deps.store.deliveries.pending(deps.now(), BATCH);
      const lanes = await intoLanes(deps, batch);
      const ignored = createIgnored(deps);
      await Promise.all([...lanes.values()].map((lane) => limit(() => runLane({ ...deps, ignored }, lane))));
      await ignored.finish();
      return batch.length > 0;
    },
  };
}

interface LaneDeps extends InboxDeps {
  readonly ignored: Ignored;
}

interface Understood {
  readonly delivery: Delivery;
  readonly event: ForgeEvent;
}

async function intoLanes(deps: InboxDeps, batch: readonly Delivery[]): Promise<Map<string, Understood[]>> {
  const understood: Understood[] = [];
  for (const [n, delivery] of batch.entries()) {
    // Bodies have up to 25 MB: between their parsing sockets get their turn.
    if (n % PARSED_AT_ONCE === 0) await nextTurn();
    understood.push({ delivery, event: translate(deps, delivery) });
  }
  return groupBy(understood, ({ delivery, event }) => laneOf(event, delivery));
}

function translate(deps: InboxDeps, delivery: Delivery): ForgeEvent {
  const receiver = deps.receiverOf(delivery.forge);
  if (receiver === undefined) return { type: 'ignored', reason: 'its forge is no longer in the config' };
  return receiver.translate(delivery.forge, delivery.headers, delivery.body);
}

function laneOf(event: ForgeEvent, delivery: Delivery): string {
  switch (event.type) {
    case 'comment.created':
    case 'comment.edited':
    case 'comment.deleted':
    case 'labels.changed':
      return issueKeyOf(event.subject);
    case 'issue.opened':
      return issueKeyOf(event.issue.subject);
    case 'pr.opened':
    case 'pr.synchronized':
    case 'pr.closed':
    case 'pr.merged':
    case 'pr.reopened':
    case 'review.submitted':
      return issueKeyOf(event.pull.subject);
    case 'push':
    case 'ping':
    case 'ignored':
      return `other:${delivery.seq}`;
  }
}

/** In order; what fails for now holds back what follows on the same issue. */
async function runLane(deps: LaneDeps, lane: readonly Understood[]): Promise<void> {
  for (const understood of lane) {
    if (!(await handle(deps, understood))) return;
  }
}

async function handle(deps: LaneDeps, { delivery, event }: Understood): Promise<boolean> {
  const about = aboutOf(delivery, event);
  try {
    const outcome = await outcomeOf(deps, delivery, event);
    const done = ({ result, note }: DeliveryOutcome) =>
      deps.log.info('delivery.done', { ...about, result, note });
    if (outcome.result === 'ignored' || outcome.result === 'duplicate') {
      deps.ignored.add(delivery, outcome, done);
      return true;
    }
    await deps.store.deliveries.finish(delivery.seq, outcome, deps.now());
    done(outcome);
    return true;
  } catch (error) {
    return await postponeOrGiveUp(deps, delivery, error, about);
  }
}

/** The fields by which the log of one issue can be followed. */
function aboutOf(delivery: Delivery, event: ForgeEvent): Record<string, unknown> {
  const subject =
    'subject' in event
      ? event.subject
      : 'issue' in event
        ? event.issue.subject
        : 'pull' in event
          ? event.pull.subject
          : undefined;
  return {
    forge: delivery.forge,
    delivery: delivery.id,
    kind: event.type,
    ...(subject !== undefined && { issue: showSubject(subject) }),
    ...('actor' in event && { actor: event.actor.login }),
  };
}

async function outcomeOf(deps: InboxDeps, delivery: Delivery, event: ForgeEvent): Promise<DeliveryOutcome> {
  if (event.type === 'ignored') return { result: 'ignored', note: event.reason };
  if (event.type === 'ping') return { result: 'handled', note: 'the forge says hello' };
  const { contentKey } = event;
  if (contentKey !== undefined && (await deps.store.deliveries.seen(delivery.forge, contentKey))) {
    return DUPLICATE;
  }
  const outcome = await deps.route(event, delivery);
  return contentKey === undefined ? outcome : { ...outcome, contentKey };
}

async function postponeOrGiveUp(
  deps: InboxDeps,
  delivery: Delivery,
  error: unknown,
  about: Record<string, unknown>,
): Promise<boolean> {
  const why = describeError(error);
  const now = deps.now();
  const passing = passingOf(error);
  if (now - delivery.receivedAt > (passing === undefined ? GIVE_UP_MS : GIVE_UP_PASSING_MS)) {
    await deps.store.deliveries.finish(delivery.seq, { result: 'failed', note: why }, now);
    deps.log.error('delivery.given_up', { ...about, why });
    return true;
  }
  const waitMs = passing?.retryAfterMs ?? Math.min(1000 * 2 ** delivery.attempts, 5 * 60_000);
  await deps.store.deliveries.postpone(delivery.seq, now + waitMs, why);
  deps.log.warn('delivery.postponed', { ...about, why, waitMs });
  return false;
}
