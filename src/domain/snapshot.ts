// A snapshot's name, and what of it an earlier one did not have. Pure.
import { sha256 } from '../support/hash.js';
import type { Snapshot, ToldComment, ToldReview } from './task.js';

/** Twelve hex digits that name everything an agent can be told of it. */
export function snapshotHash(snapshot: Snapshot): string {
  const { title, body, author, url, until, comments, reviews = [], leftOut = 0 } = snapshot;
  const canonical = [
    [title, body, author, url, until ?? null, leftOut],
    comments.map((one) => [one.id ?? null, one.author, one.at, one.body]),
    reviews.map((one) => [
      [one.id, one.author, one.at, one.state, one.body],
      one.lines.map(({ place, author: by, body: text }) => [place, by, text]),
    ]),
  ];
  return sha256(JSON.stringify(canonical)).slice(0, 12);
}

/** What was not told before, in this form: an edited comment is news. */
export function newsIn(
  snapshot: Snapshot,
  earlier: readonly Snapshot[],
): { comments: readonly ToldComment[]; reviews: readonly ToldReview[] } {
  const comments = new Set(earlier.flatMap((one) => one.comments.map(keyOfComment)));
  const reviews = new Set(earlier.flatMap((one) => (one.reviews ?? []).map(keyOfReview)));
  return {
    comments: snapshot.comments.filter((one) => !comments.has(keyOfComment(one))),
    reviews: (snapshot.reviews ?? []).filter((one) => !reviews.has(keyOfReview(one))),
  };
}

function keyOfComment({ at, author, body }: ToldComment): string {
  return JSON.stringify([at, author, body]);
}

function keyOfReview({ id, body, lines }: ToldReview): string {
  return JSON.stringify([id, body, lines.map(({ place, body: text }) => [place, text])]);
}
