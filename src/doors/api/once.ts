// `Idempotency-Key`: the same request again is answered like the first; the same key with another request is a mistake.
import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import type { OnceRequests } from '../../store/api.js';
import { sha256 } from '../../support/hash.js';
import type { ApiEnv } from './caller.js';
import { ApiProblem } from './problems.js';

/**
 * `made`: what the first request with this key made; undefined where this is the first, or has no key. `name` of the request
 * stays its own when the key is forgotten and used for another one. Throws the 422 for a key that another request had.
 */
export async function claimKey(
  c: Context<ApiEnv>,
  requests: OnceRequests,
  now: number,
  made: string,
): Promise<{ readonly name: string; readonly made: string | undefined }> {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return { name: randomUUID(), made: undefined };
  const hash = sha256(`${c.req.method} ${c.req.path}\n${await c.req.text()}`);
  const { first, request } = await requests.claim({ by: c.get('caller').id, key, hash, made }, now);
  if (request.hash !== hash) {
    const detail = 'This Idempotency-Key was used for another request; take a new one.';
    throw new ApiProblem(422, 'key_reused', detail);
  }
  return { name: `${hash}:${key}`, made: first ? undefined : request.made };
}
