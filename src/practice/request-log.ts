// One line for every request that reached the practice forge.

export interface RequestLogLine {
  readonly at: string;
  readonly user: string | undefined;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** 0: the connection was closed without an answer. */
  readonly status: number;
  /** The fault that was played, if any. */
  readonly fault: string | undefined;
}
