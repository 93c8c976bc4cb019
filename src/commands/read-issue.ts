// The issue as it is at the moment of the command: for the decision, and as the snapshot that the agent will be told.
import type { Issue } from '../domain/event.js';
import type { SubjectRef } from '../domain/refs.js';
import type { Snapshot } from '../domain/task.js';
import type { Forge } from '../forges/forge.js';

const MOST_COMMENTS = 100;
const MOST_CHARS = 64 * 1024;

/** kugetsu's own comments are left out: they tell the agent nothing that it did not say itself. */
export async function readIssue(
  forge: Forge,
  subject: SubjectRef,
): Promise<{ issue: Issue; snapshot: Snapshot }> {
  const [issue, comments, self] = await Promise.all([
    forge.getIssue(subject),
    forge.listComments(subject),
    forge.self(),
  ]);
  const others = comments.filter((comment) => comment.author.id !== self.id).slice(-MOST_COMMENTS);
  const snapshot: Snapshot = {
    title: issue.title,
    body: issue.body.slice(0, MOST_CHARS),
    author: issue.author.login,
    url: issue.url,
    comments: others.map(({ author, body, createdAt }) => ({
      author: author.login,
      body: body.slice(0, MOST_CHARS),
      at: createdAt,
    })),
  };
  return { issue, snapshot };
}
