// The outbox loop: says and does elsewhere what was decided, in order per issue and destination, again and again until it is confirmed.
import { laneOf, ORDER_KINDS, type OrderKind } from '../domain/order.js';
import type { Pause } from '../forges/pauses.js';
import type { OrderEntry, OrdersWaiting } from '../store/orders.js';
import { createLanes, type Lanes } from '../support/lanes.js';
import { sendOne, type OutboxDeps } from './send-one.js';

export interface Outbox extends Pick<Lanes, 'active' | 'oneEnded' | 'allEnded'> {
  /** How many orders are under way at this forge. */
  activeAt(forge: string): number;
  /** Starts what may start; true when something did. */
  step(): Promise<boolean>;
}

const BATCH = 32;

/** Slots per destination and kind of work: pushes that hang hold back no word, reactions nothing at all. */
const SLOTS = { say: 4, publish: 3, reaction: 2, pause: 1 } as const;

type Work = keyof typeof SLOTS;

const WORK_OF: Readonly<Record<OrderKind | 'unreadable', Exclude<Work, 'pause'>>> = {
  report: 'say',
  final: 'say',
  reply: 'say',
  publish: 'publish',
  reaction: 'reaction',
  unreadable: 'say',
};

export function createOutbox(deps: OutboxDeps): Outbox {
  const lanes = createLanes({ slotsOf: (group) => SLOTS[workIn(group)], onEnded: deps.wakeOutbox });
  const underWay = new Map<number, OrderEntry>();

  function begin(entry: OrderEntry): boolean {
    const at = { lane: placeOf(entry), group: groupOf(entry) };
    if (lanes.isBusy(at.lane) || lanes.isFull(at.group)) return false;
    underWay.set(entry.id, entry);
    lanes.begin(at, () => sendOne(deps, entry).finally(() => underWay.delete(entry.id)));
    return true;
  }

  /** One question at a time to a forge that is paused. */
  function beginAsking(pause: Pause): boolean {
    const group = `pause forge:${pause.forge}`;
    const lane = `pause ${pause.forge} ${pause.repoId ?? ''}`;
    if (lanes.isBusy(lane) || lanes.isFull(group)) return false;
    lanes.begin({ lane, group }, () => deps.pauses.ask(pause));
    return true;
  }

  function due(): Promise<OrderEntry[]> {
    const entries = [...underWay.values()];
    return deps.store.orders.due(deps.now(), BATCH, {
      ids: entries.map((entry) => entry.id),
      lanes: entries.filter(({ order }) => order.kind !== 'reaction').map(({ order }) => laneOf(order)),
      waiting: [...deps.pauses.list().map(pausedPlace), ...fullPlaces(lanes, entries)],
    });
  }

  /** Until a batch is not full: of a destination whose slots are all taken it holds nothing more. */
  async function beginDue(): Promise<boolean> {
    let begun = false;
    for (;;) {
      const batch = await due();
      const some = batch.filter(begin).length > 0;
      begun ||= some;
      if (!some || batch.length < BATCH) return begun;
    }
  }

  return {
    async step() {
      lanes.check();
      const asked = deps.pauses.due().filter(beginAsking).length > 0;
      return (await beginDue()) || asked;
    },
    activeAt: (forge) =>
      Object.keys(SLOTS).reduce((sum, work) => sum + lanes.activeIn(`${work} forge:${forge}`), 0),
    get active() {
      return lanes.active;
    },
    oneEnded: lanes.oneEnded,
    allEnded: lanes.allEnded,
  };
}

/** A reaction holds back nothing: each is a lane of its own. */
function placeOf({ id, order }: OrderEntry): string {
  return order.kind === 'reaction' ? `reaction ${id}` : laneOf(order);
}

function groupOf({ order }: OrderEntry): string {
  return `${WORK_OF[order.kind]} ${order.destination}`;
}

function workIn(group: string): Work {
  return group.slice(0, group.indexOf(' ')) as Work;
}

function pausedPlace({ forge, repoId }: Pause): OrdersWaiting {
  const issueKeyBegins = repoId === undefined ? undefined : `${forge}:${repoId}#`;
  return { destination: `forge:${forge}`, issueKeyBegins, kinds: ORDER_KINDS };
}

/** Asked of the database with the exception, so that a destination that never answers does not fill every batch. */
function fullPlaces(lanes: Lanes, underWay: readonly OrderEntry[]): OrdersWaiting[] {
  const full = underWay.filter((entry) => lanes.isFull(groupOf(entry)));
  const places = new Map(full.map((entry) => [groupOf(entry), entry.order]));
  return [...places.values()].map((order) => ({
    destination: order.destination,
    kinds: ORDER_KINDS.filter((kind) => WORK_OF[kind] === WORK_OF[order.kind]),
  }));
}
