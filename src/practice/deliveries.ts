// Sends what a face rendered: after the answer, at most once, in order per hook unless told to misbehave. Remembers all of it.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveryRecord } from './delivery-record.js';
import type { PracticeEvent, RenderedDelivery } from './events.js';
import type { Face } from './face.js';
import type { Faults } from './faults.js';
import { createLanes } from './lanes.js';
import { post } from './post.js';
import { replay } from './replay.js';
import type { Replay } from './replay.js';
import type { State } from './state.js';
import type { FaceName, Hook } from './types.js';

export type Deliveries = ReturnType<typeof createDeliveries>;

interface Answering {
  /** What to send once the answer is out. */
  readonly after: (() => void)[];
  open: boolean;
}

export function createDeliveries(deps: {
  state: State;
  faults: Faults;
  faces: () => Record<FaceName, Face>;
}) {
  const records: DeliveryRecord[] = [];
  const lanes = createLanes({ faults: deps.faults, send, remember: (copy) => records.push(copy) });
  const answering = new AsyncLocalStorage<Answering>();
  let stopped = false;

  function emit(event: PracticeEvent): void {
    const guid = randomUUID();
    for (const hook of hooksFor(deps.state, event)) {
      for (const rendered of deps.faces()[hook.face].render(event, hook, guid))
        schedule(newRecord(hook, rendered));
    }
  }

  function schedule(made: DeliveryRecord): void {
    records.push(made);
    const go = lanes.add(made);
    const current = answering.getStore();
    if (current?.open === true) current.after.push(go);
    else go();
  }

  async function send(made: DeliveryRecord): Promise<void> {
    if (stopped) return;
    const face = deps.faces()[deps.state.hooks.get(made.hookId)?.face ?? 'gitea'];
    const answer = await post(made, { timeoutMs: face.deliveryTimeoutMs });
    made.state = answer.status === undefined ? 'failed' : 'answered';
    made.status = answer.status;
    made.error = answer.error;
  }

  return {
    emit,
    records,
    /** Deliveries emitted inside `work` wait until `sendNow` is called with what `begin` gave. */
    begin: (): Answering => ({ after: [], open: true }),
    within: <T>(current: Answering, work: () => Promise<T>) => answering.run(current, work),
    sendNow(current: Answering): void {
      current.open = false;
      for (const go of current.after.splice(0)) go();
    },
    /** Nothing is sent any more. */
    stop: () => void (stopped = true),
    underWay: lanes.underWay,
    /** True when nothing was under way for one turn within `boundMs`. */
    async idle(boundMs: number): Promise<boolean> {
      const end = Date.now() + boundMs;
      while (lanes.underWay() > 0 && Date.now() < end) await pause(5);
      return lanes.underWay() === 0;
    },
    replay: (wanted: Replay) => replay(records, wanted),
  };
}

function newRecord(hook: Hook, rendered: RenderedDelivery): DeliveryRecord {
  const start = { state: 'waiting' as const, status: undefined, error: undefined, copyOf: undefined };
  return { ...rendered, hookId: hook.id, url: hook.url, ...start };
}

function hooksFor(state: State, event: PracticeEvent): Hook[] {
  if (event.type === 'hook.created' || event.type === 'hook.test')
    return event.hook.active ? [event.hook] : [];
  return [...state.hooks.values()].filter((hook) => hook.active && covers(hook, event.repo));
}

function covers(hook: Hook, repo: { id: number; ownerId: number }): boolean {
  switch (hook.scope.kind) {
    case 'repo':
      return hook.scope.repoId === repo.id;
    case 'owner':
      return hook.scope.ownerId === repo.ownerId;
    default:
      return true;
  }
}
