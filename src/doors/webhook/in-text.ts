// Commands in a comment or in the body of an opened issue: found, told apart from what an edit left alone, carried out in order.
import type { CommentEvent, IssueEvent, ReviewEvent } from '../../domain/event.js';
import { replyTo } from '../../domain/order.js';
import type { Actor } from '../../domain/refs.js';
import { findCommands, mayHoldCommand, type FoundCommand, type FoundCommands } from './comment-grammar.js';
import { commandsOfEditor, newCommands } from './grammar-edits.js';
import { dispatch, type Dispatched, type Order } from '../../verbs/ask.js';
import { wordOf, type VerbDeps } from '../../verbs/verb.js';
import type { Trigger } from '../../domain/trigger.js';
import { replies } from '../../words/replies.js';
import type { Forge } from '../../forges/forge.js';
import { placeOrder } from '../../store/place-order.js';
import type { DeliveryOutcome } from '../../store/inbox.js';
import { sha256 } from '../../support/hash.js';

/** One text of a delivery in which commands may stand. */
export interface Source {
  readonly event: CommentEvent | IssueEvent | ReviewEvent;
  readonly body: string;
  /** Whose text it is. The order is the actor's: it counts only where both are one. */
  readonly author: Actor;
  readonly door: Order['door'];
  readonly subject: Order['subject'];
  readonly commentId: string | undefined;
  readonly origin: string;
  /** The id of the delivery, for the log. */
  readonly delivery: string;
  readonly trigger: Trigger;
}

export async function commandsIn(
  deps: VerbDeps,
  forge: Forge,
  event: CommentEvent | IssueEvent,
  delivery: string,
): Promise<DeliveryOutcome> {
  const source = { ...sourceOf(event), delivery };
  if (event.type !== 'comment.edited' && !isByActor(source))
    return {
      result: 'refused',
      note: `${event.actor.login} did not write this text: it is ${source.author.login}'s`,
    };
  if (!mayHoldCommand(source.body, wordOf(deps)))
    return { result: 'ignored', note: 'no line begins with the command word' };
  // The permission comes before the parser: a stranger's text costs one scan and one cached question.
  return (await refusalOf(deps, forge, source)) ?? (await carryOut(deps, forge, [source]));
}

/** Undefined for those who may use kugetsu at all. */
export async function refusalOf(
  deps: VerbDeps,
  forge: Forge,
  { event, subject }: Pick<Source, 'event' | 'subject'>,
): Promise<DeliveryOutcome | undefined> {
  const standing = await deps.authorizer.standing(forge, subject, event.actor, event.actorPermission);
  const verdict = deps.authorizer.mayUse(standing, 'reader');
  return verdict.allowed ? undefined : { result: 'refused', note: `${event.actor.login} ${verdict.reason}` };
}

/** The commands of these texts, one after the other. */
export async function carryOut(
  deps: VerbDeps,
  forge: Forge,
  sources: readonly Source[],
): Promise<DeliveryOutcome> {
  const done: Dispatched[] = [];
  for (const source of sources) {
    const found = foundIn(source, wordOf(deps));
    if (found === 'too long') return await tooLong(deps, source);
    if (found === 'unknown before')
      return { result: 'ignored', note: 'an edit that does not say what was there before' };
    for (const [index, command] of found.entries()) {
      done.push(await dispatch(deps, orderOf(forge, source, command, index)));
    }
  }
  if (done.length === 0)
    return { result: 'ignored', note: 'no command that is new and by the one who acted' };
  const handled = done.some((one) => one.result !== 'refused');
  return { result: handled ? 'handled' : 'refused', note: done.map((one) => one.note).join('; ') };
}

function sourceOf(event: CommentEvent | IssueEvent): Omit<Source, 'delivery'> {
  const { forge, id } = event.repo;
  if (event.type === 'issue.opened') {
    const { subject, body, author } = event.issue;
    const origin = `issue:${forge}:${id}#${subject.number}`;
    const trigger = { issue: event.issue, at: event.issue.updatedAt, lastId: undefined };
    return { event, body, author, subject, commentId: undefined, origin, door: 'issue', trigger };
  }
  const { comment, subject } = event;
  const origin = `comment:${forge}:${id}:${comment.id}`;
  // Two edits in one second differ in their text; the same text edited back is a new command with a later time.
  const version =
    event.type === 'comment.edited' ? `:${comment.updatedAt}:${sha256(comment.body).slice(0, 16)}` : '';
  const { body, author } = comment;
  const trigger = { issue: event.issue, at: comment.updatedAt, lastId: comment.id, comment };
  const commentId = comment.id;
  return { event, body, author, subject, commentId, origin: `${origin}${version}`, door: 'comment', trigger };
}

/** By account id: logins change hands. */
export function isByActor({ author, event }: Pick<Source, 'author' | 'event'>): boolean {
  return author.id === event.actor.id;
}

function foundIn(source: Source, word: string): readonly FoundCommand[] | 'too long' | 'unknown before' {
  const { event, body } = source;
  if (event.type !== 'comment.edited') return commandsOf(findCommands(body, { word }));
  if (event.previousBody === undefined) return 'unknown before';
  const added = isByActor(source) ? newCommands : commandsOfEditor;
  return commandsOf(added(event.previousBody, body, { word }));
}

function commandsOf(found: FoundCommands): readonly FoundCommand[] | 'too long' {
  return found.tooLong ? 'too long' : found.commands;
}

function orderOf(forge: Forge, source: Source, command: FoundCommand, index: number): Order {
  return {
    delivery: source.delivery,
    origin: `${source.origin}:${index}`,
    door: source.door,
    forge,
    actor: source.event.actor,
    provenPermission: source.event.actorPermission,
    subject: source.subject,
    commentId: source.commentId,
    trigger: source.trigger,
    verb: command.verb,
    rest: command.rest,
  };
}

async function tooLong(deps: VerbDeps, source: Source): Promise<DeliveryOutcome> {
  const order = replyTo(source.subject, { key: source.origin, body: replies.tooLong() });
  await placeOrder(deps.store, order, { now: deps.now() });
  deps.wake();
  return { result: 'refused', note: 'the comment is too long' };
}
