// Keys by which two deliveries of the same happening are known as one, whatever their delivery ids.
// Gitea's timestamps have whole seconds, so every key with a time carries a hash of the content too.
import { createHash } from 'node:crypto';

interface Text {
  readonly title: string;
  readonly body: string;
  readonly state: string;
}

export function commentKey(
  type: string,
  repoId: string,
  comment: { readonly id: string; readonly updatedAt: string; readonly body: string },
): string {
  return [type, repoId, comment.id, comment.updatedAt, hash(comment.body)].join('|');
}

/** For issues and pull requests. @param type the event's, which tells opened from closed */
export function subjectKey(
  type: string,
  repoId: string,
  number: number,
  updatedAt: string,
  text: Text,
): string {
  return [type, repoId, number, updatedAt, hash(text.title, text.body, text.state)].join('|');
}

/** New commits on a pull request. A push back to an earlier head is passed over: the head is read before acting. */
export function syncKey(repoId: string, number: number, headSha: string): string {
  return ['pr.synchronized', repoId, number, headSha].join('|');
}

/** @param review.by the review's id where the forge tells it, else the reviewer's */
export function reviewKey(
  repoId: string,
  number: number,
  review: { readonly by: string; readonly state: string; readonly body: string; readonly at: string },
): string {
  return ['review.submitted', repoId, number, review.by, review.state, hash(review.body), review.at].join(
    '|',
  );
}

/** With `before`, so that a branch that goes back to an earlier commit is seen. */
export function pushKey(repoId: string, push: { ref: string; before: string; after: string }): string {
  return ['push', repoId, push.ref, push.before, push.after].join('|');
}

/** The lengths are hashed too: `ab`,`c` and `a`,`bc` differ. */
function hash(...texts: readonly string[]): string {
  const sum = createHash('sha256');
  for (const text of texts) sum.update(`${text.length}:`).update(text);
  return sum.digest('hex');
}
