// Carries out one asked command, from its text to its stored effects. Every door ends here.
import { aboutSubject, aboutTask } from '../domain/about.js';
import { reactionTo, replyTo } from '../domain/order.js';
import { issueKeyOf, type Actor, type Permission, type SubjectRef } from '../domain/refs.js';
import { ForgeError, type Forge } from '../forges/forge.js';
import { passingOf } from '../forges/passing.js';
import type { Trigger } from '../domain/trigger.js';
import { placeOrder } from '../store/place-order.js';
import type { Tables } from '../store/store.js';
import type { Log } from '../support/log.js';
import { suggest } from '../support/suggest.js';
import type { Standing } from './authorize.js';
import { parseArguments } from './flags.js';
import { findVerb, VERBS } from './table.js';
import { replies } from '../words/replies.js';
import {
  wordOf,
  type Ask,
  type CommandResult,
  type Decision,
  type Touched,
  type Verb,
  type VerbDeps,
} from './verb.js';

export interface Order {
  /** The id of the delivery that brought it, for the log. */
  readonly delivery: string;
  readonly origin: string;
  readonly door: Ask['door'];
  readonly forge: Forge;
  readonly actor: Actor;
  /** Only where the delivery itself proves it. */
  readonly provenPermission: Permission | undefined;
  readonly subject: SubjectRef;
  readonly commentId: string | undefined;
  readonly trigger: Trigger;
  readonly verb: string;
  readonly rest: string;
}

export interface Dispatched {
  readonly result: CommandResult;
  readonly note: string;
}

/** Strangers get silence; people who may use kugetsu get an answer to everything, also to a typo. */
export async function dispatch(deps: VerbDeps, order: Order): Promise<Dispatched> {
  if (await deps.store.inbox.hasCommand(order.origin))
    return { result: 'nothing', note: 'was carried out before' };
  const standing = await deps.authorizer.standing(
    order.forge,
    order.subject,
    order.actor,
    order.provenPermission,
  );
  const verb = findVerb(order.verb);
  const verdict = deps.authorizer.mayUse(standing, verb?.audience ?? 'trigger');
  if (!verdict.allowed) return refuse(deps, order, standing, verdict.reason);
  const { decision, ask } = await decide(deps, order, verb);
  const touched = await deps.store.transaction((tables) => commit(tables, order, ask, decision, deps));
  decision.after?.();
  deps.wake();
  tell(deps.log, order, decision, touched);
  return { result: decision.result, note: `${order.verb}: ${decision.note}` };
}

/** One line for the command with the tasks it queued, and one for each task it ended. */
function tell(log: Log, order: Order, { result, note }: Pick<Decision, 'result' | 'note'>, touched: Touched) {
  const { delivery, actor, verb, subject } = order;
  const [first] = touched.queued ?? touched.stopped ?? [];
  const of = first === undefined ? {} : { task: first.id, session: first.sessionId };
  const about = { ...aboutSubject(subject), delivery, actor: actor.login, verb, ...of };
  log.info('command.done', { ...about, result, note });
  for (const task of touched.stopped ?? [])
    log.info('task.stopped', { ...aboutTask(task), delivery, by: actor.login });
}

/** Somebody who may start work but not this verb is told; everybody else hears nothing. */
async function refuse(deps: VerbDeps, order: Order, standing: Standing, reason: string): Promise<Dispatched> {
  const note = `${order.actor.login} may not use ${order.verb}: ${reason}`;
  if (deps.authorizer.mayUse(standing, 'trigger').allowed) {
    const decision: Decision = { result: 'refused', note, reply: replies.adminOnly(order.verb) };
    await deps.store.transaction((tables) => commit(tables, order, emptyAsk(order), decision, deps));
    deps.wake();
  }
  tell(deps.log, order, { result: 'refused', note }, {});
  return { result: 'refused', note };
}

async function decide(
  deps: VerbDeps,
  order: Order,
  verb: Verb | undefined,
): Promise<{ decision: Decision; ask: Ask }> {
  const word = wordOf(deps);
  const ask = emptyAsk(order);
  if (verb === undefined) {
    const near = suggest(
      order.verb,
      VERBS.map((known) => known.name),
    );
    return {
      ask,
      decision: { result: 'refused', note: 'unknown verb', reply: replies.unknownVerb(word, near) },
    };
  }
  const parsed = parseArguments(order.rest, verb.flags);
  if (!parsed.ok) {
    const reply = replies.badArguments(word, parsed.problem);
    return { ask, decision: { result: 'refused', note: `bad arguments: ${parsed.problem}`, reply } };
  }
  const full: Ask = { ...ask, flags: parsed.flags, message: parsed.message };
  try {
    return { ask: full, decision: await verb.decide(deps, full) };
  } catch (error) {
    const decision = definiteAnswer(error, order);
    if (decision === undefined) throw error;
    return { ask: full, decision };
  }
}

/** A forge that says "not found" or "forbidden" will say so again: that is an answer. What passes is waited for. */
function definiteAnswer(error: unknown, order: Order): Decision | undefined {
  if (!(error instanceof ForgeError) || passingOf(error) !== undefined) return undefined;
  const note = `${order.verb} could not be carried out: ${error.message}`;
  return { result: 'refused', note, reply: replies.forgeRefused(order.verb, error.code, error.details.fix) };
}

function emptyAsk(order: Order): Ask {
  const { origin, door, forge, actor, subject, commentId, trigger } = order;
  return { origin, door, forge, actor, subject, commentId, trigger, flags: {}, message: '' };
}

/** One transaction: the record that it was carried out, what it decided, and what is to be said about it. */
async function commit(
  tables: Tables,
  order: Order,
  ask: Ask,
  decision: Decision,
  deps: VerbDeps,
): Promise<Touched> {
  const now = deps.now();
  const issueKey = issueKeyOf(order.subject);
  const { origin, verb, actor } = order;
  if (!(await tables.inbox.recordCommand({ origin, verb, issueKey, actor, note: decision.note, at: now })))
    return {};
  if (ask.commentId !== undefined) {
    const eyes = reactionTo(order.subject, { commentId: ask.commentId, reaction: 'eyes' });
    await placeOrder(tables, eyes, { now });
  }
  const touched = (await decision.apply?.(tables)) ?? {};
  if (decision.reply === undefined) return touched;
  // As it was typed: it is made inert where it is said.
  const answers = order.door === 'label' ? '' : `${wordOf(deps)} ${verb} ${order.rest}`.slice(0, 500);
  const reply = replyTo(order.subject, { key: origin, body: decision.reply, answers });
  await placeOrder(tables, reply, { now });
  return touched;
}
