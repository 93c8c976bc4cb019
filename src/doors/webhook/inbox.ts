// The inbox loop: takes stored deliveries in order, each issue in a lane of its own, no lane waiting for another.
import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import type { ForgeEvent } from '../../domain/event.js';
import type { Pauses } from '../../forges/pauses.js';
import type { Delivery } from '../../store/inbox.js';
import type { VerbDeps } from '../../verbs/verb.js';
import { groupBy } from '../../support/group-by.js';
import { createLanes, type Lanes } from '../../support/lanes.js';
import { orAfter } from '../../support/or-after.js';
import type { Courtesy } from './courtesy.js';
import { BEHIND, runLane, type Understood } from './handle.js';
import { createIgnored } from './ignored.js';
import { laneOf } from './lane-of.js';

export interface InboxDeps extends VerbDeps {
  readonly pauses: Pauses;
  /** A lane ended: what came behind it may go. */
  readonly wakeInbox: () => void;
  readonly courtesy: Pick<Courtesy, 'after'>;
}

export interface Inbox extends Pick<Lanes, 'active' | 'oneEnded' | 'allEnded'> {
  /** How many lanes with deliveries of this forge are taken. */
  activeAt(forge: string): number;
  /** Starts what may start and waits for it a moment; true when something was taken. */
  step(): Promise<boolean>;
}

/** Of one look into the database, and what one step takes of one forge before it goes on with others. */
const BATCH = 64;
const PARSED_AT_ONCE = 8;
/** Lanes at work for one forge: one that never answers holds back its other issues no longer than these, other forges not at all. */
const LANES_PER_FORGE = 4;
const MOST_TAKEN_PER_FORGE = 1_000;
/** What asks nothing is over by then and finished in one commit; what takes longer goes on by itself. */
const ROUND_MS = 50;
/** Behind one that is due already and only was not in this batch. */
const LOOK_AGAIN_MS = 1_000;

interface TakenLane {
  readonly forge: string;
  /** Being carried out, or behind those. */
  readonly seqs: number[];
}

export function createInbox(deps: InboxDeps): Inbox {
  const lanes = createLanes({ slotsOf: () => BATCH, onEnded: deps.wakeInbox });
  const taken = new Map<string, TakenLane>();
  const slots = new Map<string, LimitFunction>();

  function slotsOf(forge: string): LimitFunction {
    const limit = slots.get(forge) ?? pLimit(LANES_PER_FORGE);
    slots.set(forge, limit);
    return limit;
  }

  async function step(): Promise<boolean> {
    lanes.check();
    const round = createRound(deps);
    const had = new Map<string, number>();
    // Until a batch is not full: one forge with many deliveries fills it, and leaves none of it to the others.
    for (;;) {
      const batch = await deps.store.inbox.pending(
        deps.now(),
        BATCH,
        notNow(deps, { lanes, taken: [...taken.values()], had }),
      );
      for (const { forge } of batch) had.set(forge, (had.get(forge) ?? 0) + 1);
      for (const [name, lane] of await intoLanes(deps, batch)) await take(name, lane, round);
      if (batch.length < BATCH) break;
    }
    await round.end();
    return had.size > 0;
  }

  async function take(name: string, lane: readonly Understood[], round: Round): Promise<void> {
    const seqs = lane.map(({ delivery }) => delivery.seq);
    const busy = taken.get(name);
    if (busy !== undefined) return void busy.seqs.push(...seqs);
    const until = asksNothing(lane) ? undefined : await deps.store.inbox.heldUntil(name, seqs[0] ?? 0);
    if (until !== undefined)
      return await putOff(deps, name, seqs, Math.max(until, deps.now() + LOOK_AGAIN_MS));
    const forge = lane[0]?.delivery.forge ?? '';
    taken.set(name, { forge, seqs });
    // Paused while it waited for its slot: it stays pending as it is.
    const work = async () =>
      deps.pauses.isPaused(forge)
        ? undefined
        : await runLane({ ...deps, ignored: round.ignored, lane: name }, lane);
    const run = asksNothing(lane) ? work() : slotsOf(forge)(work);
    lanes.begin({ lane: name, group: forge }, () => round.finish(run).finally(() => taken.delete(name)));
  }

  return {
    step: deps.courtesy.after(step),
    activeAt: lanes.activeIn,
    get active() {
      return lanes.active;
    },
    oneEnded: lanes.oneEnded,
    allEnded: lanes.allEnded,
  };
}

interface Taking {
  readonly lanes: Lanes;
  readonly taken: readonly TakenLane[];
  /** What this step took already, by forge. */
  readonly had: ReadonlyMap<string, number>;
}

function notNow({ pauses }: InboxDeps, { lanes, taken, had }: Taking): { seqs: number[]; forges: string[] } {
  const paused = pauses.list().filter((pause) => pause.repoId === undefined);
  const counts = new Map<string, number>();
  for (const { forge, seqs } of taken) counts.set(forge, (counts.get(forge) ?? 0) + seqs.length);
  const full = [
    ...[...counts].filter(([forge, n]) => n >= MOST_TAKEN_PER_FORGE || lanes.isFull(forge)),
    ...[...had].filter(([, n]) => n >= BATCH),
  ];
  return {
    seqs: taken.flatMap(({ seqs }) => seqs),
    forges: [...paused.map(({ forge }) => forge), ...full.map(([forge]) => forge)],
  };
}

type Round = ReturnType<typeof createRound>;

/** What one step began: what of it asks nothing is finished in one commit, the rest as it ends. */
function createRound(deps: InboxDeps) {
  const ignored = createIgnored(deps);
  const begun: Promise<unknown>[] = [];
  let close = (): void => undefined;
  const closed = new Promise<void>((resolve) => (close = resolve));
  return {
    ignored,
    /** Only then it is no longer pending in the database. */
    async finish(run: Promise<void>): Promise<void> {
      begun.push(run.catch(() => undefined));
      try {
        await run;
      } finally {
        await closed;
        await ignored.finish();
      }
    },
    async end(): Promise<void> {
      await orAfter(ROUND_MS, Promise.all(begun));
      close();
      await ignored.finish();
    },
  };
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
  const receiver = deps.forges.connection(delivery.forge)?.receiver;
  if (receiver === undefined) return { type: 'ignored', reason: 'its forge is no longer in the config' };
  return receiver.translate(delivery.forge, delivery.headers, delivery.body);
}

function asksNothing(lane: readonly Understood[]): boolean {
  return lane.every(({ event }) => event.type === 'ignored' || event.type === 'ping');
}

/** They keep their place behind the one that is tried again. */
async function putOff(deps: InboxDeps, lane: string, seqs: readonly number[], until: number): Promise<void> {
  for (const seq of seqs) await deps.store.inbox.postpone(seq, { until, why: BEHIND, lane });
}
