// Gitea's refusals as ForgeError.
import { z } from 'zod';
import type { ForgeError } from '../forge.js';
import { retryAfterMs } from '../http.js';
import type { Answer } from '../http.js';
import { refusalError } from '../refusal.js';
import { MovedError } from '../renames.js';
import { fixOfScopes, scopeNeeded } from './scopes.js';

/** @param what the request, e.g. `GET /user`, for the message */
export function refusalOf(answer: Answer, what: string): ForgeError | MovedError {
  const { status } = answer;
  if (status >= 300 && status < 400) {
    return new MovedError(`${what} is answered with a redirect`, answer.headers.get('location') ?? undefined);
  }
  const said = messageOf(answer.body);
  const scope = status === 403 ? scopeNeeded(said) : undefined;
  return refusalError({
    status,
    said,
    fix: scope === undefined ? undefined : fixOfScopes([scope]),
    what,
    retryAfterMs: retryAfterMs(answer.headers.get('retry-after'), Date.now()),
  });
}

const REFUSAL = z.object({ message: z.string() });

function messageOf(body: string): string {
  try {
    const read = REFUSAL.safeParse(JSON.parse(body));
    return read.success ? read.data.message : '';
  } catch {
    return '';
  }
}
