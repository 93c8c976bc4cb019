// One lane per hook keeps deliveries in order, unless a fault delays, drops, doubles or lets others overtake.
import { setTimeout as pause } from 'node:timers/promises';
import { copyOf } from './delivery-record.js';
import type { DeliveryRecord } from './delivery-record.js';
import type { Faults } from './faults.js';

interface LaneDeps {
  readonly faults: Faults;
  readonly send: (record: DeliveryRecord) => Promise<void>;
  /** A copy that a fault makes joins the log. */
  readonly remember: (copy: DeliveryRecord) => void;
}

interface Lane {
  tail: Promise<void>;
  held: { wait: number; release: () => void }[];
}

interface Lanes {
  readonly deps: LaneDeps;
  readonly byHook: Map<number, Lane>;
  underWay: number;
}

export function createLanes(deps: LaneDeps) {
  const lanes: Lanes = { deps, byHook: new Map(), underWay: 0 };
  return {
    underWay: () => lanes.underWay,
    /** Counts it as under way from now on; the answer puts it on its lane. */
    add(record: DeliveryRecord): () => void {
      lanes.underWay += 1;
      return () => {
        const lane = lanes.byHook.get(record.hookId) ?? { tail: Promise.resolve(), held: [] };
        lanes.byHook.set(record.hookId, lane);
        lane.tail = lane.tail.then(() => play(lanes, lane, record));
      };
    },
  };
}

async function play(lanes: Lanes, lane: Lane, record: DeliveryRecord): Promise<void> {
  const effect = lanes.deps.faults.forDelivery(record);
  switch (effect?.kind) {
    case undefined:
      return sendAndLetGo(lanes, lane, [record]);
    case 'drop':
      record.state = 'dropped';
      return sendAndLetGo(lanes, lane, []);
    case 'twice': {
      const copy = copyOf(record, effect.id);
      lanes.deps.remember(copy);
      return sendAndLetGo(lanes, lane, [record, copy]);
    }
    case 'delay':
      void pause(effect.ms).then(() => sendAndLetGo(lanes, lane, [record]));
      return undefined;
    case 'overtaken': {
      const release = once(() => void sendAndLetGo(lanes, lane, [record]));
      lane.held.push({ wait: effect.by, release });
      void pause(effect.withinMs ?? 2000).then(release);
      return undefined;
    }
  }
}

async function sendAndLetGo(lanes: Lanes, lane: Lane, records: readonly DeliveryRecord[]): Promise<void> {
  for (const record of records) await lanes.deps.send(record);
  lanes.underWay -= 1;
  for (const held of lane.held) held.wait -= 1;
  const due = lane.held.filter((held) => held.wait <= 0);
  lane.held = lane.held.filter((held) => held.wait > 0);
  for (const held of due) held.release();
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
