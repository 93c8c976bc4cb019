// Why a task waits for its next attempt. Pure.

/**
 * `attempt`: one came to nothing and counts. `forge`: the forge cannot be asked, or does not let us; that burns no attempt.
 * `since` is in milliseconds since the epoch; `why` may hold text of the agent or of the forge.
 */
export interface Delay {
  readonly kind: 'attempt' | 'forge';
  readonly since: number;
  readonly why: string;
}
