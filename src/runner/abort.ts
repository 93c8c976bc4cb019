// Why a run is ended from outside, as it travels in an AbortSignal.

export type AbortReason = { readonly kind: 'stopped'; readonly by: string } | { readonly kind: 'shutdown' };

/** What an aborted signal of a run means: `shutdown` puts the task back, anything else was a `stop`. */
export function abortKind(signal: AbortSignal): AbortReason['kind'] {
  const reason: unknown = signal.reason;
  const isShutdown =
    typeof reason === 'object' && reason !== null && 'kind' in reason && reason.kind === 'shutdown';
  return isShutdown ? 'shutdown' : 'stopped';
}
