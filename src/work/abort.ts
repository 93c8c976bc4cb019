// Why a run is ended from outside, as it travels in an AbortSignal.

export type AbortReason = { readonly kind: 'stopped'; readonly by: string } | { readonly kind: 'shutdown' };

/** The server ends: a hand-over has a moment to come to its end. */
export const SHUTDOWN: AbortReason = { kind: 'shutdown' };

/** What an aborted signal of a run means: `shutdown` puts the task back, anything else was a `stop`. */
export function abortKind(signal: AbortSignal): AbortReason['kind'] {
  const reason: unknown = signal.reason;
  const isShutdown =
    typeof reason === 'object' && reason !== null && 'kind' in reason && reason.kind === 'shutdown';
  return isShutdown ? 'shutdown' : 'stopped';
}

/**
 * What `work` gives, or the abort as soon as it comes. Only for work that may end by itself later, unseen: it reads, or does
 * what every later run would do again.
 */
export async function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const stopListening = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const end = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal.addEventListener('abort', end, { signal: stopListening.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    stopListening.abort();
  }
}
