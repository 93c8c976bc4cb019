// A saved copy of work whose session is gone: where it is, and how a person gets it. Pure.

export interface Rescued {
  /** Its name in the folder `rescue/` of kugetsu's home. */
  readonly file: string;
  /** What the bundle holds; undefined where the whole worktree was moved there. */
  readonly ref: string | undefined;
}

/** One or two sentences of Markdown. */
export function rescueInWords({ file, ref }: Rescued): string {
  if (ref === undefined)
    return `The whole worktree was rescued on the server: \`rescue/${file}\` in kugetsu's home.`;
  return `A copy was rescued on the server, in kugetsu's home. In a clone, \`git fetch rescue/${file} ${ref}:rescued\` (with the path before it) makes a branch of it.`;
}
