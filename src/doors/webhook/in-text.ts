// Commands in a comment or in the body of an opened issue: found, told apart from what an edit left alone, carried out in order.
import type { CommentEvent, IssueEvent, ReviewEvent } from '../../domain/event.js';
import type { Actor, IssueRef } from '../../domain/refs.js';
import { findCommands, mayHoldCommand, type FoundCommand, type FoundCommands } from './comment-grammar.js';
import { commandsOfEditor, newCommands } from './grammar-edits.js';
import { ask, type Asked } from '../../verbs/ask.js';
import { judge } from '../../verbs/authorize.js';
import { askForReply } from '../../verbs/reply.js';
import type { Ask, VerbDeps } from '../../verbs/verb.js';
import type { Trigger } from '../../domain/trigger.js';
import type { Forge } from '../../forges/forge.js';
import type { DeliveryOutcome } from '../../store/inbox.js';
import { sha256 } from '../../support/hash.js';

/** One text of a delivery in which commands may stand. */
export interface Source {
  readonly event: CommentEvent | IssueEvent | ReviewEvent;
  readonly body: string;
  /** Whose text it is. The order is the actor's: it counts only where both are one. */
  readonly author: Actor;
  readonly subject: IssueRef;
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
  if (!mayHoldCommand(source.body, deps.config().trigger.word))
    return { result: 'ignored', note: 'no line begins with the command word' };
  // The permission comes before the parser: a stranger's text costs one scan and one cached question.
  return (await refusalOf(deps, forge, source)) ?? (await carryOut(deps, [source]));
}

/** Undefined for those who may use kugetsu at all. */
export async function refusalOf(
  deps: VerbDeps,
  forge: Forge,
  { event, subject }: Pick<Source, 'event' | 'subject'>,
): Promise<DeliveryOutcome | undefined> {
  const principal = { kind: 'account', actor: event.actor, proven: event.actorPermission } as const;
  const verdict = await judge(deps, principal, 'reader', { forge, subject });
  return verdict.allowed ? undefined : { result: 'refused', note: `${event.actor.login} ${verdict.reason}` };
}

/** The commands of these texts, one after the other. */
export async function carryOut(deps: VerbDeps, sources: readonly Source[]): Promise<DeliveryOutcome> {
  const done: Asked[] = [];
  for (const source of sources) {
    const found = foundIn(source, deps.config().trigger.word);
    if (found === 'too long') return await tooLong(deps, source);
    if (found === 'unknown before')
      return { result: 'ignored', note: 'an edit that does not say what was there before' };
    for (const [index, command] of found.entries()) {
      done.push(await ask(deps, askOf(deps, source, command, index)));
    }
  }
  if (done.length === 0)
    return { result: 'ignored', note: 'no command that is new and by the one who acted' };
  const handled = done.some((one) => one.result.kind !== 'refused');
  return { result: handled ? 'handled' : 'refused', note: done.map((one) => one.note).join('; ') };
}

function sourceOf(event: CommentEvent | IssueEvent): Omit<Source, 'delivery'> {
  const { forge, id } = event.repo;
  if (event.type === 'issue.opened') {
    const { subject, body, author } = event.issue;
    const origin = `issue:${forge}:${id}#${subject.number}`;
    const trigger = { issue: event.issue, at: event.issue.updatedAt, lastId: undefined };
    return { event, body, author, subject, commentId: undefined, origin, trigger };
  }
  const { comment, subject } = event;
  const origin = `comment:${forge}:${id}:${comment.id}`;
  // Two edits in one second differ in their text; the same text edited back is a new command with a later time.
  const version =
    event.type === 'comment.edited' ? `:${comment.updatedAt}:${sha256(comment.body).slice(0, 16)}` : '';
  const { body, author } = comment;
  const trigger = { issue: event.issue, at: comment.updatedAt, lastId: comment.id, comment };
  const commentId = comment.id;
  return { event, body, author, subject, commentId, origin: `${origin}${version}`, trigger };
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

function askOf(deps: VerbDeps, source: Source, command: FoundCommand, index: number): Ask {
  const { event, subject, commentId, trigger, delivery } = source;
  const { verb, rest } = command;
  // As it was typed: it is made inert where it is said.
  const answers = `${deps.config().trigger.word} ${verb} ${rest}`.slice(0, 500);
  return {
    principal: { kind: 'account', actor: event.actor, proven: event.actorPermission },
    verb,
    subject,
    given: { kind: 'text', rest },
    origin: `${source.origin}:${index}`,
    replyTo: { kind: 'comment', subject, commentId, answers },
    trigger,
    about: { delivery },
  };
}

async function tooLong(deps: VerbDeps, source: Source): Promise<DeliveryOutcome> {
  const { subject, origin: key } = source;
  const result = { kind: 'refused', refusal: { code: 'too_long' } } as const;
  await deps.store.transaction((tables) =>
    askForReply(deps, tables, { subject, key, result, answers: '' }, deps.now()),
  );
  deps.wake();
  return { result: 'refused', note: 'the comment is too long' };
}
