// Where a saved copy of a session's work is, and how a person gets it. Pure.
import type { Rescued } from '../domain/rescue.js';

/** One or two sentences of Markdown. */
export function rescueInWords({ file, ref }: Rescued): string {
  if (ref === undefined)
    return `The whole worktree was rescued on the server: \`rescue/${file}\` in kugetsu's home.`;
  return `A copy was rescued on the server, in kugetsu's home. In a clone, \`git fetch rescue/${file} ${ref}:rescued\` (with the path before it) makes a branch of it.`;
}

/** The reply that ends a session. */
export function removedInWords(where: Rescued | undefined): string {
  const removed = 'Removed: worktree, local branch and agent session.';
  return where === undefined
    ? `${removed} Everything was at the forge.`
    : `${removed} Not all of the work was at the forge. ${rescueInWords(where)}`;
}
