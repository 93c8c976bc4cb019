// The outbox loop: says at the forge what was decided, in order per issue, again and again until it is confirmed.
import { aboutSubject, aboutTask } from '../domain/about.js';
import type { RepoRef } from '../domain/refs.js';
import { isGivenUp, judgeFault, waitMsAfter, type Fault } from '../forges/passing.js';
import type { Pause, Pauses } from '../forges/pauses.js';
import type { OutboxEntry, OutboxKind, OutboxWaiting, Store } from '../store/store.js';
import { describeError } from '../support/errors.js';
import { createLanes, type Lanes } from '../support/lanes.js';
import type { Log } from '../support/log.js';
import { isSubject } from './payload.js';

export interface OutboxDeps {
  readonly store: Store;
  readonly now: () => number;
  readonly log: Log;
  readonly senders: Readonly<Record<OutboxKind, Sender>>;
  readonly pauses: Pauses;
  /** Something ended: there may be more to say. */
  readonly wake: () => void;
}

export interface Sender {
  /** Does it; safe to repeat. A passing fault is thrown as `ForgeError` or `GitError`. */
  send(payload: OutboxEntry['payload']): Promise<void>;
  /** What becomes of a task whose word cannot be brought to the forge at all. */
  giveUp(payload: OutboxEntry['payload'], why: string): Promise<void>;
}

export interface Outbox extends Pick<Lanes, 'active' | 'oneEnded' | 'allEnded'> {
  /** Starts what may start; true when something did. */
  step(): Promise<boolean>;
}

const BATCH = 32;
const FIRST_WAIT_MS = 1_000;
/** Some minutes: a 👀 that comes later tells nobody anything. */
const MOST_REACTION_TRIES = 8;

/** Slots per forge and kind of work: pushes that hang hold back no word, reactions nothing at all. */
const SLOTS = { say: 4, publish: 3, reaction: 2, pause: 1 } as const;

type Work = keyof typeof SLOTS;

const WORK_OF: Readonly<Record<OutboxKind, Exclude<Work, 'pause'>>> = {
  report: 'say',
  final: 'say',
  reply: 'say',
  publish: 'publish',
  reaction: 'reaction',
};

const KINDS = Object.keys(WORK_OF) as OutboxKind[];

export function createOutbox(deps: OutboxDeps): Outbox {
  const lanes = createLanes({ slotsOf: (group) => SLOTS[workIn(group)], onEnded: deps.wake });
  const underWay = new Map<number, OutboxEntry>();

  function begin(entry: OutboxEntry): boolean {
    const at = { lane: laneOf(entry), group: groupOf(entry) };
    if (lanes.isBusy(at.lane) || lanes.isFull(at.group)) return false;
    underWay.set(entry.id, entry);
    lanes.begin(at, () => sendOne(deps, entry).finally(() => underWay.delete(entry.id)));
    return true;
  }

  /** One question at a time to a forge that is paused. */
  function beginAsking(pause: Pause): boolean {
    const group = `pause ${pause.forge}`;
    const lane = `pause ${pause.forge} ${pause.repoId ?? ''}`;
    if (lanes.isBusy(lane) || lanes.isFull(group)) return false;
    lanes.begin({ lane, group }, () => deps.pauses.ask(pause));
    return true;
  }

  return {
    async step() {
      lanes.check();
      const asked = deps.pauses.due().filter(beginAsking).length > 0;
      const waiting = [...deps.pauses.list().map(pausedPlace), ...fullPlaces(lanes, [...underWay.values()])];
      const entries = [...underWay.values()];
      const due = await deps.store.outbox.due(deps.now(), BATCH, {
        ids: entries.map((entry) => entry.id),
        issueKeys: entries.filter((entry) => entry.kind !== 'reaction').map((entry) => entry.issueKey),
        waiting,
      });
      return due.filter(begin).length > 0 || asked;
    },
    get active() {
      return lanes.active;
    },
    oneEnded: lanes.oneEnded,
    allEnded: lanes.allEnded,
  };
}

/** A reaction holds back nothing: each is a lane of its own. */
function laneOf(entry: OutboxEntry): string {
  return entry.kind === 'reaction' ? `reaction ${entry.id}` : entry.issueKey;
}

function groupOf(entry: OutboxEntry): string {
  return `${WORK_OF[entry.kind]} ${repoOf(entry).forge}`;
}

function workIn(group: string): Work {
  return group.slice(0, group.indexOf(' ')) as Work;
}

function repoOf({ issueKey }: OutboxEntry): Pick<RepoRef, 'forge' | 'id'> {
  const [forge = '', rest = ''] = issueKey.split(':');
  return { forge, id: rest.slice(0, rest.indexOf('#')) };
}

function pausedPlace({ forge, repoId }: Pause): OutboxWaiting {
  return { issueKeyBegins: repoId === undefined ? `${forge}:` : `${forge}:${repoId}#`, kinds: KINDS };
}

/** Asked of the database with the exception, so that a forge that never answers does not fill every batch. */
function fullPlaces(lanes: Lanes, underWay: readonly OutboxEntry[]): OutboxWaiting[] {
  const full = underWay.filter((entry) => lanes.isFull(groupOf(entry)));
  const places = new Map(full.map((entry) => [groupOf(entry), entry]));
  return [...places.values()].map((entry) => ({
    issueKeyBegins: `${repoOf(entry).forge}:`,
    kinds: KINDS.filter((kind) => WORK_OF[kind] === WORK_OF[entry.kind]),
  }));
}

async function sendOne(deps: OutboxDeps, entry: OutboxEntry): Promise<void> {
  const sender = deps.senders[entry.kind];
  try {
    await sender.send(entry.payload);
    await deps.store.outbox.sent(entry.id, entry.version, deps.now());
  } catch (error) {
    const why = describeError(error);
    const about = { ...(await aboutEntry(deps, entry)), why };
    deps.pauses.note(repoOf(entry), error);
    const fault = judgeFault(error);
    if (isWorthAnotherTry(deps, entry, fault)) {
      const waitMs = waitOf(fault, entry.attempts);
      await deps.store.outbox.retry(entry.id, deps.now() + waitMs, why);
      deps.log.warn('outbox.retry', { ...about, waitMs });
      return;
    }
    await sender.giveUp(entry.payload, why);
    await deps.store.outbox.dead(entry.id, why, deps.now());
    deps.log.error('outbox.given_up', about);
  }
}

/** The issue as people write it; an entry knows its task, or the issue or pull request where it speaks. */
async function aboutEntry({ store }: OutboxDeps, entry: OutboxEntry): Promise<Record<string, unknown>> {
  const { id, kind, payload, issueKey } = entry;
  const { taskId, subject } = payload;
  const task = typeof taskId === 'string' ? await store.tasks.get(taskId) : undefined;
  const where = isSubject(subject) ? aboutSubject(subject) : { forge: repoOf(entry).forge, issue: issueKey };
  return { entry: id, kind, ...(task === undefined ? where : aboutTask(task)) };
}

function isWorthAnotherTry(deps: OutboxDeps, entry: OutboxEntry, fault: Fault): boolean {
  if (fault.kind !== 'passing' && fault.kind !== 'unforeseen') return false;
  if (entry.kind === 'reaction' && entry.attempts + 1 >= MOST_REACTION_TRIES) return false;
  return !isGivenUp({ sinceMs: entry.createdAt, nowMs: deps.now(), failed: entry.attempts });
}

function waitOf(fault: Fault, attempts: number): number {
  const retryAfterMs = fault.kind === 'passing' ? fault.retryAfterMs : undefined;
  return waitMsAfter(attempts, { firstMs: FIRST_WAIT_MS, retryAfterMs });
}
