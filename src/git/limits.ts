// The bounds of the git room, with their defaults; the caller of `createGit` may set each.
export interface GitLimits {
  /** A command that does not leave this machine. */
  readonly localTimeoutMs: number;
  /** Fetch, push, ls-remote. */
  readonly networkTimeoutMs: number;
  /** What a text command may print; more ends it. */
  readonly maxOutputBytes: number;
  /** The pack of one hand-over, as it comes over. */
  readonly maxPackBytes: number;
  readonly maxCommits: number;
  /** Files that differ between base and tip. */
  readonly maxFiles: number;
  /** One file in one commit, unpacked. */
  readonly maxBlobBytes: number;
}

export const DEFAULT_LIMITS: GitLimits = {
  localTimeoutMs: 120_000,
  networkTimeoutMs: 900_000,
  maxOutputBytes: 32 * 1024 * 1024,
  maxPackBytes: 200 * 1024 * 1024,
  maxCommits: 500,
  maxFiles: 20_000,
  maxBlobBytes: 50 * 1024 * 1024,
};
