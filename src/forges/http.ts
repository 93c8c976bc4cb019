// One HTTP request under one timeout, its answer read to the end, redirects never followed.
import { ForgeError } from './forge.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/**
 * Throws `ForgeError` `unavailable` when there is no whole answer; `details.timedOut` tells a slow forge from a dead one.
 * A client that follows a 301 turns a POST into a GET and may carry the token to another host: so it does not follow.
 */
export async function fetchWhole(url: string, init: RequestInit, timeoutMs: number): Promise<Answer> {
  const host = new URL(url).host;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, { ...init, redirect: 'manual', signal });
    return { status: answer.status, headers: answer.headers, body: await answer.text() };
  } catch (cause) {
    if (timedOut(cause)) throw new TimeoutError(host, timeoutMs, cause);
    const reason = cause instanceof Error ? reasonOf(cause) : 'no answer';
    throw new ForgeError('unavailable', `${host} cannot be reached: ${reason}`, { cause });
  }
}

/** Told apart because it is not worth asking at once again: the forge is there, and busy. */
export class TimeoutError extends ForgeError {
  constructor(host: string, timeoutMs: number, cause: unknown) {
    super('unavailable', `${host} did not answer within ${timeoutMs} ms`, { cause });
  }
}

function timedOut(cause: unknown): boolean {
  return cause instanceof Error && (cause.name === 'TimeoutError' || timedOut(cause.cause));
}

/** Node's fetch says "fetch failed" and keeps the reason in the cause. */
function reasonOf(error: Error): string {
  if (error.cause instanceof Error) return reasonOf(error.cause);
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return reasonOf(error.errors[0]);
  return error.message;
}

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110). Undefined when there is none that can be read. */
export function retryAfterMs(value: string | null | undefined, nowMs: number): number | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
