// What octokit throws as ForgeError: its own errors, with the request in them, stay inside the adapter.
import { z } from 'zod';
import { ForgeError } from '../forge.js';
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
  const { headers } = response;
  const usedUp = (status === 403 || status === 429) && headers['x-ratelimit-remaining'] === '0';
  return refusalError({
    status,
    said,
    what,
    retryAfterMs: retryAfterMs(String(headers['retry-after'] ?? ''), Date.now()) ?? resetMs(headers, usedUp),
    code: usedUp ? 'rate_limited' : undefined,
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

/** The hourly limit names the time of its end; the secondary one is known by its words, as at the other forges. */
function resetMs(headers: AnswerHeaders, usedUp: boolean): number | undefined {
  const reset = Number(headers['x-ratelimit-reset']);
  return usedUp && reset > 0 ? Math.max(0, reset * 1000 - Date.now()) + 1000 : undefined;
}
