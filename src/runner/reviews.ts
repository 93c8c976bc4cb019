// What reviewers said of the session's pull request, for the next turn: the whole review, inline comments too.
import type { Session } from '../domain/session.js';
import type { Review, ReviewComment } from '../domain/event.js';
import { untrusted } from './untrusted.js';
import type { RunnerDeps } from './deps.js';
import type { Workspace } from './workspace.js';

const MOST_REVIEWS = 10;

export async function reviewText(
  deps: Pick<RunnerDeps, 'log'>,
  workspace: Pick<Workspace, 'forge' | 'repo'>,
  session: Session,
): Promise<string | undefined> {
  if (session.pull === undefined || session.pull.state !== 'open') return undefined;
  const subject = { repo: workspace.repo.ref, number: session.pull.number };
  const reviews = await workspace.forge.listReviews(subject);
  const telling = reviews.filter(
    (review) => review.state !== 'dismissed' && (review.body !== '' || review.comments.length > 0),
  );
  if (telling.length === 0) return undefined;
  deps.log.debug('prompt.reviews', { session: session.id, reviews: telling.length });
  const text = telling.slice(-MOST_REVIEWS).map(show).join('\n\n');
  return untrusted(`Reviews of pull request #${session.pull.number}`, text);
}

function show(review: Review & { readonly comments: readonly ReviewComment[] }): string {
  const lines = review.comments.map((comment) => {
    const place = comment.line === undefined ? comment.path : `${comment.path}:${comment.line}`;
    return `- ${place}: ${comment.body}`;
  });
  return [`${review.author.login} (${review.state}): ${review.body}`, ...lines].join('\n');
}
