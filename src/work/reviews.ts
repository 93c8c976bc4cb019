// What reviewers said of the session's pull request, for the next turn: the whole review, comments on lines too.
import type { ToldReview } from '../domain/task.js';
import { untrusted } from './untrusted.js';

export function reviewText(number: number | undefined, reviews: readonly ToldReview[]): string | undefined {
  if (number === undefined || reviews.length === 0) return undefined;
  return untrusted(`Reviews of pull request #${number}`, reviews.map(show).join('\n\n'));
}

function show(review: ToldReview): string {
  const lines = review.lines.map(({ place, author, body }) => {
    const by = author === review.author ? '' : ` (${author})`;
    return `- ${place}${by}: ${body}`;
  });
  return [`${review.author} (${review.state}): ${review.body}`, ...lines].join('\n');
}
