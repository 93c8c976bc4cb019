// Commands in a submitted review: its text and its comments on lines count like comments, each once.
import type { Review, ReviewComment, ReviewEvent } from '../../domain/event.js';
import { issueOfPull } from '../../domain/trigger.js';
import type { Forge } from '../../forges/forge.js';
import type { DeliveryOutcome } from '../../store/inbox.js';
import { sha256 } from '../../support/hash.js';
import type { VerbDeps } from '../../verbs/verb.js';
import { mayHoldCommand } from './comment-grammar.js';
import { carryOut, isByActor, refusalOf, type Source } from './in-text.js';

/** A review was submitted at most this long before its delivery says that its pull request was changed. */
const MOST_APART_MS = 60_000;

type ListedReview = Review & { readonly comments: readonly ReviewComment[] };

/** No delivery tells the comments on lines together with their review, and Gitea's tell no id: the forge is asked. */
export async function commandsInReview(
  deps: VerbDeps,
  forge: Forge,
  event: ReviewEvent,
  delivery: string,
): Promise<DeliveryOutcome> {
  const { subject } = event.pull;
  const refused = await refusalOf(deps, forge, { event, subject });
  if (refused !== undefined) return refused;
  const listed = reviewsOf(event, await forge.listReviews(subject));
  const trigger = {
    issue: issueOfPull(event.pull),
    at: event.review.at,
    lastId: listed.at(-1)?.orderId,
    reviews: listed.flatMap((review) => review.id ?? []),
  };
  const sources = [textOf(event), ...listed.flatMap((review) => linesOf(event, review))]
    .map((source) => ({ ...source, trigger, delivery }))
    .filter((source) => mayHoldCommand(source.body, deps.config().trigger.word))
    .filter((source) => isByActor(source));
  const { author, state } = event.review;
  if (sources.length === 0)
    return { result: 'handled', note: `review by ${author.login}: ${state}; the next turn reads it` };
  return await carryOut(deps, sources);
}

/**
 * The review of this delivery among those of its pull request. Where the delivery does not tell its id, all that its
 * author has submitted at that time with that text: each has a delivery of its own, and origins keep each to once.
 */
function reviewsOf(event: ReviewEvent, all: readonly ListedReview[]): ListedReview[] {
  const { id, state, body, at } = event.review;
  if (id !== undefined) return all.filter((review) => review.id === id);
  const mine = all.filter((review) => review.author.id === event.actor.id);
  return mine
    .filter((review) => review.state === state && review.body === body)
    .filter((review) => Math.abs(Date.parse(review.at) - Date.parse(at)) <= MOST_APART_MS);
}

function textOf(event: ReviewEvent): Omit<Source, 'trigger' | 'delivery'> {
  const { repo, review, contentKey = '' } = event;
  const name = review.id ?? sha256(contentKey).slice(0, 24);
  return sourceOf(event, review, `review:${repo.forge}:${repo.id}:${name}`);
}

function linesOf(event: ReviewEvent, review: ListedReview): Omit<Source, 'trigger' | 'delivery'>[] {
  const { forge, id } = event.repo;
  return review.comments.map((comment) =>
    sourceOf(event, comment, `review-comment:${forge}:${id}:${comment.id}`),
  );
}

/** Without the id of a comment: no forge takes a reaction there the way it does on a comment. */
function sourceOf(
  event: ReviewEvent,
  text: Pick<Source, 'author' | 'body'>,
  origin: string,
): Omit<Source, 'trigger' | 'delivery'> {
  const { author, body } = text;
  const { subject } = event.pull;
  return { event, body, author, subject, commentId: undefined, origin };
}
