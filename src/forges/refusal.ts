// A forge's refusal in kugetsu's words, with the forge's own message passed on.
import { ForgeError } from './forge.js';
import type { ForgeErrorCode } from './forge.js';

export interface Refusal {
  readonly status: number;
  /** The forge's own message; may be empty. */
  readonly said: string;
  /** The request, e.g. `GET /user`. */
  readonly what: string;
  readonly retryAfterMs: number | undefined;
  /** What to do about it, a sentence without a stop at its end. */
  readonly fix?: string | undefined;
  /** Where the forge's message tells more than the status. */
  readonly code?: ForgeErrorCode | undefined;
}

export function refusalError({ status, said, what, retryAfterMs, code, fix }: Refusal): ForgeError {
  const known = code ?? codeOf(status, said);
  const message = said.trim().slice(0, MAX_MESSAGE_CHARS);
  return new ForgeError(
    known,
    `${WORDS[known]}${message === '' ? '' : `: ${message}`} (${status} to ${what})${fix === undefined ? '' : `. To mend it, ${fix}`}`,
    {
      status,
      ...(fix !== undefined && { fix }),
      ...waitOf(known, retryAfterMs),
    },
  );
}

const MAX_MESSAGE_CHARS = 300;
const LIMITED_WITHOUT_ADVICE_MS = 60_000;

function waitOf(code: ForgeErrorCode, askedMs: number | undefined): { retryAfterMs?: number } {
  const waitMs = askedMs ?? (code === 'rate_limited' ? LIMITED_WITHOUT_ADVICE_MS : undefined);
  return waitMs === undefined ? {} : { retryAfterMs: waitMs };
}

function codeOf(status: number, said: string): ForgeErrorCode {
  if (status >= 500) return 'unavailable';
  if (status === 403 && /\brate limit/i.test(said)) return 'rate_limited';
  if (status === 403 && /\barchived\b/i.test(said)) return 'archived';
  return CODES[status] ?? 'invalid';
}

/** 423 is Gitea's answer to any writing in an archived repository, GitHub says it in words; 405 both forges' to a merge not possible now. */
const CODES: Readonly<Record<number, ForgeErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'conflict',
  408: 'unavailable',
  409: 'conflict',
  410: 'gone',
  423: 'archived',
  429: 'rate_limited',
};

const WORDS: Readonly<Record<ForgeErrorCode, string>> = {
  not_found: 'not found at the forge',
  forbidden: 'the forge refuses it to our account',
  unauthorized: 'the forge does not accept our token',
  conflict: 'the forge says it conflicts with what is there',
  invalid: 'the forge refuses the request',
  gone: 'it is no longer there at the forge',
  archived: 'the repository is archived at the forge and takes nothing new',
  rate_limited: 'the forge asks for fewer requests',
  unavailable: 'the forge failed',
};
