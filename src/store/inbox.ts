// The part of the store for what comes in: deliveries as forges sent them, and the commands that were carried out, each once.
import type { Actor } from '../domain/refs.js';
import type { Result } from '../domain/result.js';

export interface Delivery {
  /** Grows in the order of arrival. */
  readonly seq: number;
  readonly forge: string;
  /** The forge's delivery id (a header, not covered by the signature). */
  readonly id: string;
  readonly event: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly receivedAt: number;
  readonly attempts: number;
}

/** What became of a delivery: one word and a sentence for people. */
export interface DeliveryOutcome {
  readonly result: 'handled' | 'ignored' | 'refused' | 'duplicate' | 'failed';
  readonly note: string;
  /** Unique per forge among finished deliveries: a second one with it is refused (`conflict`) and stays pending. */
  readonly contentKey?: string;
}

export interface FinishedDelivery {
  readonly seq: number;
  readonly outcome: DeliveryOutcome;
}

/** What is not asked for now: taken already, or of a forge that has no free slot or is paused. */
export interface DeliveriesExcept {
  readonly seqs: readonly number[];
  readonly forges: readonly string[];
}

export interface Postponement {
  readonly until: number;
  readonly why: string;
  /** What goes one after the other has one name. */
  readonly lane: string;
}

interface Deliveries {
  /**
   * Durable when it resolves (a power cut does not lose it). Calls of one event-loop turn share one commit.
   * `duplicate`: this forge's delivery id is already stored. Inside a transaction it is durable with that one's commit.
   */
  add(delivery: Omit<Delivery, 'seq' | 'attempts'>): Promise<'stored' | 'duplicate'>;
  /** Not finished and due, oldest first. */
  pending(now: number, limit: number, except?: DeliveriesExcept): Promise<Delivery[]>;
  /** Has a finished delivery of this forge this content key? */
  seen(forge: string, contentKey: string): Promise<boolean>;
  finish(seq: number, outcome: DeliveryOutcome, now: number): Promise<void>;
  /** All in one commit, or none of them (`conflict`: a content key among them is not unique). */
  finishAll(finished: readonly FinishedDelivery[], now: number): Promise<void>;
  postpone(seq: number, to: Postponement): Promise<void>;
  /** When the last one of this lane that was postponed and came before `seq` is tried again; undefined when there is none. */
  heldUntil(lane: string, seq: number): Promise<number | undefined>;
  /** Newest first, with their outcome if they have one. */
  list(limit: number): Promise<(Delivery & { readonly outcome: DeliveryOutcome | undefined })[]>;
}

/** One asked command: `origin` names it for good, so that it is carried out once whatever happens. */
export interface CommandRecord {
  /** e.g. `comment:work:5:127:0` or `label:work:5#14:kugetsu:SEQ`. */
  readonly origin: string;
  readonly verb: string;
  readonly issueKey: string;
  readonly actor: Actor;
  readonly note: string;
  readonly result: Result;
  readonly at: number;
}

interface Commands {
  /** False when this origin is already recorded: then nothing is written. */
  recordCommand(command: CommandRecord): Promise<boolean>;
  /** What became of the one with this origin; of one that an earlier version carried out, that it was done. */
  findCommand(origin: string): Promise<Pick<CommandRecord, 'result' | 'note'> | undefined>;
}

export interface Inbox extends Deliveries, Commands {}
