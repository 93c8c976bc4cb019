// Every error of the API as problem details: a code for programs, and a sentence that says what to do.
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import type { Refusal } from '../../domain/result.js';
import { ForgeError } from '../../forges/forge.js';
import { passingOf } from '../../forges/passing.js';
import { StoreError } from '../../store/store.js';
import { KugetsuError } from '../../support/errors.js';
import { SessionLeaving } from '../../work/queueing.js';
import { requests } from '../../words/medium.js';
import { refusalInWords } from '../../words/refusal.js';
import { problem, type ProblemStatus } from '../http/problem.js';
import type { problemAnswer } from './schemas-server.js';

type Answer = z.infer<typeof problemAnswer>;

/** Thrown by handlers, answered in one place. */
export class ApiProblem extends KugetsuError<Answer['code']> {
  override readonly name = 'ApiProblem';
  constructor(
    readonly status: ProblemStatus,
    code: Answer['code'],
    /** What to do about it. */
    readonly detail: string,
    readonly more: {
      readonly headers?: Record<string, string>;
      readonly errors?: Answer['errors'];
      readonly refusal?: Refusal;
    } = {},
  ) {
    super(code, detail, { fault: { kind: 'refused' } });
  }
}

export function answerProblem(c: Context, { status, code, detail, more }: ApiProblem): Response {
  const { headers = {}, errors, refusal } = more;
  const body = { code, detail, ...(errors && { errors }), ...(refusal && { refusal }) };
  return problem(c, status, headers, body);
}

/** One answer whatever is wrong with a token: a stranger learns nothing from it. */
export function unauthorized(): ApiProblem {
  const detail = 'Send a valid token as `Authorization: Bearer TOKEN`; an administrator makes one.';
  return new ApiProblem(401, 'unauthorized', detail, { headers: { 'www-authenticate': 'Bearer' } });
}

/** The same for a scope and for a repository. */
export function forbidden(): ApiProblem {
  return new ApiProblem(
    403,
    'forbidden',
    'This token may not do that: it lacks the scope, or is for other repositories. One that is for some repositories sees no deliveries and no tokens, and names a `subject` with every verb.',
  );
}

export function notFound(): ApiProblem {
  const detail =
    'There is nothing of this name that this token may see. The paths are in /api/v1/openapi.json.';
  return new ApiProblem(404, 'not_found', detail);
}

/** Something asked was not done: 404 and 403 where that is what it is, else the state of things is against it. */
export function refusedProblem(refusal: Refusal): ApiProblem {
  const detail = refusalInWords(refusal, requests());
  return new ApiProblem(statusOf(refusal), 'refused', detail, { refusal });
}

function statusOf(refusal: Refusal): 403 | 404 | 409 {
  const { code } = refusal;
  if (code === 'no_such_subject' || (code === 'forge_refused' && refusal.because === 'not_found')) return 404;
  return code === 'not_allowed' || code === 'not_listed' ? 403 : 409;
}

/** Whatever a handler threw. Undefined: a fault of ours, for the log. */
export function problemOf(error: unknown): ApiProblem | undefined {
  if (error instanceof ApiProblem) return error;
  if (error instanceof HTTPException) return ofHttp(error);
  if (error instanceof ForgeError) return ofForge(error);
  if (error instanceof SessionLeaving) return leaving();
  if (error instanceof StoreError && error.code === 'full')
    return new ApiProblem(503, 'store', 'The disk of the database is full; free some space and repeat.');
  return undefined;
}

function leaving(): ApiProblem {
  const detail = 'The session of this subject is being removed; repeat the request in a moment.';
  return new ApiProblem(503, 'busy', detail, { headers: { 'retry-after': '5' } });
}

/** What the validator finds before our schemas are asked. */
function ofHttp({ status }: HTTPException): ApiProblem | undefined {
  if (status === 415) return notJson();
  if (status === 400) return new ApiProblem(400, 'bad_json', 'The body is not JSON; send a JSON object.');
  return undefined;
}

export function notJson(): ApiProblem {
  return new ApiProblem(415, 'not_json', 'Send the body with `Content-Type: application/json`.');
}

function ofForge(error: ForgeError): ApiProblem {
  const passing = passingOf(error);
  if (passing !== undefined) {
    const seconds = Math.ceil((passing.retryAfterMs ?? 5_000) / 1_000);
    const headers = { 'retry-after': String(seconds) };
    return new ApiProblem(503, 'forge_away', 'The forge cannot be asked for now; repeat later.', { headers });
  }
  const detail = error.details.fix ?? 'The forge refuses it; kugetsu.log says why.';
  return new ApiProblem(502, 'forge_refused', detail);
}
