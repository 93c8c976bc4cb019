// What octokit throws as ForgeError: its own errors, with the request in them, stay inside the adapter.
import { z } from 'zod';
import { ForgeError } from '../forge.js';
import type { ForgeErrorCode } from '../forge.js';
import { retryAfterMs } from '../http.js';
import { refusalError } from '../refusal.js';
import { MovedError } from '../renames.js';

/** @param what the request, e.g. `create a comment`, for the message */
export function toForgeError(error: unknown, what: string): ForgeError | MovedError {
  if (error instanceof ForgeError || error instanceof MovedError) return error;
  if (error instanceof Error && error.cause instanceof ForgeError) return error.cause;
  const read = REFUSED.safeParse(error);
  if (!read.success) return new ForgeError('unavailable', `${what} failed`, { cause: error });
  const { status, response } = read.data;
  const said = [response.data.message, ...response.data.errors].filter((text) => text !== '').join('; ');
  const limited = isRateLimit(status, response.headers, said);
  return refusalError({
    status,
    said,
    what,
    retryAfterMs: waitMs(response.headers, limited),
    code: limited ? 'rate_limited' : codeBy(said, status),
  });
}

/** Most are objects; some refusals have plain sentences. */
const DETAIL = z
  .union([
    z.string(),
    z.object({ message: z.string() }).transform(({ message }) => message),
    z.object({ field: z.string() }).transform(({ field }) => `${field} is not valid`),
  ])
  .catch('');

const REFUSAL = z
  .object({ message: z.string().catch(''), errors: z.array(DETAIL).catch([]) })
  .catch({ message: '', errors: [] });

/** `RequestError` of @octokit/request-error, known by its shape: that package is not ours to import. */
const REFUSED = z.object({
  status: z.number(),
  response: z.object({
    headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
    data: REFUSAL,
  }),
});

type AnswerHeaders = z.output<typeof REFUSED>['response']['headers'];

/** GitHub says both of its limits with 403 or 429: the hourly one by a header, the secondary one by its words. */
function isRateLimit(status: number, headers: AnswerHeaders, said: string): boolean {
  if (status === 429) return true;
  return status === 403 && (headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(said));
}

const WITHOUT_ADVICE_MS = 60_000;

function waitMs(headers: AnswerHeaders, limited: boolean): number | undefined {
  const now = Date.now();
  const asked = retryAfterMs(String(headers['retry-after'] ?? ''), now);
  if (asked !== undefined || !limited) return asked;
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining'] === '0' && reset > 0) return Math.max(0, reset * 1000 - now) + 1000;
  return WITHOUT_ADVICE_MS;
}

/** "Repository was archived so is read-only." comes with 403. */
function codeBy(said: string, status: number): ForgeErrorCode | undefined {
  return status === 403 && /\barchived\b/i.test(said) ? 'gone' : undefined;
}
