// A saved copy of work whose session is gone: where it is. Pure.

export interface Rescued {
  /** Its name in the folder `rescue/` of kugetsu's home. */
  readonly file: string;
  /** What the bundle holds; undefined where the whole worktree was moved there. */
  readonly ref: string | undefined;
}
