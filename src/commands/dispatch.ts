// Carries out one asked command, from its text to its stored effects. Every door ends here.
import { issueKeyOf, type Actor, type Permission, type SubjectRef } from '../domain/refs.js';
import { ForgeError, type Forge } from '../forges/forge.js';
import type { Trigger } from '../domain/trigger.js';
import type { Store, Tables } from '../store/store.js';
import { suggest } from '../support/suggest.js';
import type { Authorizer, Standing } from './authorize.js';
import { parseArguments } from './grammar-arguments.js';
import { findVerb, VERBS } from './table.js';
import { replies } from './replies.js';
import type { Ask, Decision, Verb, VerbDeps } from './verb.js';

export interface Order {
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

export interface DispatchDeps {
  readonly store: Store;
  readonly authorizer: Authorizer;
  readonly verbDeps: VerbDeps;
  readonly wake: () => void;
}

export interface Dispatched {
  readonly result: 'handled' | 'refused';
  readonly note: string;
}

/** Strangers get silence; people who may use kugetsu get an answer to everything, also to a typo. */
export async function dispatch(deps: DispatchDeps, order: Order): Promise<Dispatched> {
  if (await deps.store.commands.has(order.origin))
    return { result: 'handled', note: 'was carried out before' };
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
  await deps.store.transaction((tables) => commit(tables, order, ask, decision, deps.verbDeps));
  decision.after?.();
  deps.wake();
  return {
    result: decision.apply === undefined ? 'refused' : 'handled',
    note: `${order.verb}: ${decision.note}`,
  };
}

/** Somebody who may start work but not this verb is told; everybody else hears nothing. */
async function refuse(
  deps: DispatchDeps,
  order: Order,
  standing: Standing,
  reason: string,
): Promise<Dispatched> {
  const note = `${order.actor.login} may not use ${order.verb}: ${reason}`;
  if (deps.authorizer.mayUse(standing, 'trigger').allowed) {
    const decision: Decision = { note, reply: replies.adminOnly(order.verb) };
    await deps.store.transaction((tables) => commit(tables, order, emptyAsk(order), decision, deps.verbDeps));
    deps.wake();
  }
  return { result: 'refused', note };
}

async function decide(
  deps: DispatchDeps,
  order: Order,
  verb: Verb | undefined,
): Promise<{ decision: Decision; ask: Ask }> {
  const { word } = deps.verbDeps;
  const ask = emptyAsk(order);
  if (verb === undefined) {
    const near = suggest(
      order.verb,
      VERBS.map((known) => known.name),
    );
    return { ask, decision: { note: 'unknown verb', reply: replies.unknownVerb(word, near) } };
  }
  const parsed = parseArguments(order.rest, verb.flags);
  if (!parsed.ok) {
    const reply = replies.badArguments(word, parsed.problem);
    return { ask, decision: { note: `bad arguments: ${parsed.problem}`, reply } };
  }
  const full: Ask = { ...ask, flags: parsed.flags, message: parsed.message };
  try {
    return { ask: full, decision: await verb.decide(deps.verbDeps, full) };
  } catch (error) {
    const decision = definiteAnswer(error, order);
    if (decision === undefined) throw error;
    return { ask: full, decision };
  }
}

/** A forge that says "not found" or "forbidden" will say so again: that is an answer. An outage is tried again. */
function definiteAnswer(error: unknown, order: Order): Decision | undefined {
  if (!(error instanceof ForgeError) || error.code === 'unavailable' || error.code === 'rate_limited')
    return undefined;
  const note = `${order.verb} could not be carried out: ${error.message}`;
  return { note, reply: replies.forgeRefused(order.verb, error.code) };
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
  { now: clock, word }: VerbDeps,
): Promise<void> {
  const now = clock();
  const issueKey = issueKeyOf(order.subject);
  const { origin, verb, actor } = order;
  if (!(await tables.commands.record({ origin, verb, issueKey, actor, note: decision.note, at: now })))
    return;
  if (ask.commentId !== undefined) {
    await tables.outbox.add({
      issueKey,
      kind: 'reaction',
      payload: { subject: order.subject, commentId: ask.commentId, reaction: 'eyes' },
      uniqueKey: `reaction:${order.forge.name}:${ask.commentId}:eyes`,
      again: false,
      runAt: now,
      now,
    });
  }
  await decision.apply?.(tables);
  if (decision.reply === undefined) return;
  // As it was typed: it is made inert where it is said.
  const answers = order.door === 'label' ? '' : `${word} ${verb} ${order.rest}`.slice(0, 500);
  await tables.outbox.add({
    issueKey,
    kind: 'reply',
    payload: { subject: order.subject, key: origin, body: decision.reply, answers },
    uniqueKey: `reply:${origin}`,
    again: false,
    runAt: now,
    now,
  });
}
