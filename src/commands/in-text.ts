// Commands in a comment or in the body of an opened issue: found, told apart from what an edit left alone, dispatched in order.
import type { CommentEvent, IssueEvent } from '../domain/event.js';
import type { Actor } from '../domain/refs.js';
import { findCommands, mayHoldCommand, type FoundCommand, type FoundCommands } from './comment-grammar.js';
import { commandsOfEditor, newCommands } from './grammar-edits.js';
import type { Dispatched, Order } from './dispatch.js';
import type { Authorizer } from './authorize.js';
import type { Forge } from '../forges/forge.js';
import type { DeliveryOutcome } from '../store/store.js';
import { sha256 } from '../support/hash.js';

export interface InTextDeps {
  readonly word: () => string;
  readonly authorizer: Authorizer;
  readonly dispatch: (order: Order) => Promise<Dispatched>;
  /** One new comment, for people who may use kugetsu. */
  readonly reply: (order: {
    forge: Forge;
    subject: Order['subject'];
    key: string;
    body: string;
  }) => Promise<void>;
}

interface Source {
  readonly event: CommentEvent | IssueEvent;
  readonly body: string;
  /** Whose text it is. The order is the actor's: it counts only where both are one. */
  readonly author: Actor;
  readonly subject: Order['subject'];
  readonly commentId: string | undefined;
  readonly origin: string;
}

export async function commandsIn(
  deps: InTextDeps,
  forge: Forge,
  event: CommentEvent | IssueEvent,
): Promise<DeliveryOutcome> {
  const source = sourceOf(event);
  const word = deps.word();
  if (event.type !== 'comment.edited' && !isByActor(source))
    return {
      result: 'refused',
      note: `${event.actor.login} did not write this text: it is ${source.author.login}'s`,
    };
  if (!mayHoldCommand(source.body, word))
    return { result: 'ignored', note: 'no line begins with the command word' };
  // The permission comes before the parser: a stranger's text costs one scan and one cached question.
  const standing = await deps.authorizer.standing(forge, source.subject, event.actor, event.actorPermission);
  const verdict = deps.authorizer.mayUse(standing, 'reader');
  if (!verdict.allowed) return { result: 'refused', note: `${event.actor.login} ${verdict.reason}` };
  const found = foundIn(source, word);
  if (found === 'too long') return await tooLong(deps, forge, source);
  if (found === 'unknown before')
    return { result: 'ignored', note: 'an edit that does not say what was there before' };
  if (found.length === 0)
    return { result: 'ignored', note: 'no command that is new and by the one who acted' };
  const done: Dispatched[] = [];
  for (const [index, command] of found.entries()) {
    done.push(await deps.dispatch(orderOf(forge, source, command, index)));
  }
  const handled = done.some((one) => one.result === 'handled');
  return { result: handled ? 'handled' : 'refused', note: done.map((one) => one.note).join('; ') };
}

function sourceOf(event: CommentEvent | IssueEvent): Source {
  const { forge, id } = event.repo;
  if (event.type === 'issue.opened') {
    const { subject, body, author } = event.issue;
    const origin = `issue:${forge}:${id}#${subject.number}`;
    return { event, body, author, subject, commentId: undefined, origin };
  }
  const { comment, subject } = event;
  const origin = `comment:${forge}:${id}:${comment.id}`;
  // Two edits in one second differ in their text; the same text edited back is a new command with a later time.
  const version =
    event.type === 'comment.edited' ? `:${comment.updatedAt}:${sha256(comment.body).slice(0, 16)}` : '';
  const { body, author } = comment;
  return { event, body, author, subject, commentId: comment.id, origin: `${origin}${version}` };
}

/** By account id: logins change hands. */
function isByActor({ author, event }: Source): boolean {
  return author.id === event.actor.id;
}

function foundIn(source: Source, word: string): readonly FoundCommand[] | 'too long' | 'unknown before' {
  const { event, body } = source;
  if (event.type === 'comment.edited' && event.previousBody === undefined) return 'unknown before';
  const previous = event.type === 'comment.edited' ? event.previousBody : undefined;
  if (previous === undefined) return commandsOf(findCommands(body, { word }));
  const added = isByActor(source) ? newCommands : commandsOfEditor;
  return commandsOf(added(previous, body, { word }));
}

function commandsOf(found: FoundCommands): readonly FoundCommand[] | 'too long' {
  return found.tooLong ? 'too long' : found.commands;
}

function orderOf(forge: Forge, source: Source, command: FoundCommand, index: number): Order {
  return {
    origin: `${source.origin}:${index}`,
    door: source.commentId === undefined ? 'issue' : 'comment',
    forge,
    actor: source.event.actor,
    provenPermission: source.event.actorPermission,
    subject: source.subject,
    commentId: source.commentId,
    verb: command.verb,
    rest: command.rest,
  };
}

async function tooLong(deps: InTextDeps, forge: Forge, source: Source): Promise<DeliveryOutcome> {
  const body =
    'This comment is too long to look for commands in it (16,384 characters at most). Put the command into a comment of its own.';
  await deps.reply({ forge, subject: source.subject, key: source.origin, body });
  return { result: 'refused', note: 'the comment is too long' };
}
