// Small helpers that every route of the GitHub face uses: answers, refusals, pages of a list, what is asked about.
import type { Context } from 'hono';
import type { z } from 'zod';
import type { Core } from '../core.js';
import type { PracticeEnv } from '../face.js';
import { isPull } from '../ops-pulls.js';
import type { PullIssue } from '../ops-pulls.js';
import { findIssue, Refusal } from '../state.js';
import type { Account, Comment, Issue, Repo } from '../types.js';
import type { App, Installation } from './apps.js';
import type { Schema } from './schema.js';

/** `repo` is set by the middleware of `/repos/:owner/:repo`; `app` when a valid JWT signs in an app itself. */
export interface GithubEnv {
  Bindings: PracticeEnv['Bindings'];
  Variables: PracticeEnv['Variables'] & {
    repo: Repo;
    app: App | undefined;
    installation: Installation | undefined;
  };
}

export type GithubContext = Context<GithubEnv>;

const DOCS = 'https://docs.github.com/rest';
const PER_HOUR = 5000;

/** The limit never runs out here: a rate limit is one of the faults that can be armed. */
function headers(): Record<string, string> {
  return {
    'cache-control': 'private, max-age=60, s-maxage=60',
    'x-github-media-type': 'github.v3; format=json',
    'x-ratelimit-limit': String(PER_HOUR),
    'x-ratelimit-remaining': String(PER_HOUR - 1),
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
    'x-ratelimit-used': '1',
    'x-ratelimit-resource': 'core',
  };
}

export function answer(body: unknown, status = 200, more: Record<string, string> = {}): Response {
  const all = { ...headers(), 'content-type': 'application/json; charset=utf-8', ...more };
  return new Response(JSON.stringify(body), { status, headers: all });
}

export function nothing(): Response {
  return new Response(null, { status: 204, headers: headers() });
}

export function failure(status: number, message: string): Response {
  const body: Schema['basic-error'] = { message, documentation_url: DOCS, status: String(status) };
  return answer(body, status);
}

type Detail = NonNullable<Schema['validation-error']['errors']>[number];

/** 422: each detail with a code of GitHub's (`missing_field`, `invalid`, `already_exists`, `custom` with a message). */
export class Unprocessable extends Error {
  override readonly name = 'Unprocessable';
  constructor(readonly details: readonly (Detail | string)[]) {
    super('Validation Failed');
  }
}

export function unprocessable({ details }: Unprocessable): Response {
  return answer(
    { message: 'Validation Failed', errors: details, documentation_url: DOCS, status: '422' },
    422,
  );
}

const MOST_PER_PAGE = 100;
const USUAL_PER_PAGE = 30;

/** One page of a list with its `Link`. */
export function page<T>(
  core: Core,
  c: GithubContext,
  list: readonly T[],
  render: (item: T) => unknown,
): Response {
  const size = Math.min(Math.max(Number(c.req.query('per_page')) || USUAL_PER_PAGE, 1), MOST_PER_PAGE);
  const number = Math.max(Number(c.req.query('page')) || 1, 1);
  const last = Math.max(Math.ceil(list.length / size), 1);
  const to = (at: number, rel: string): string => {
    const query = new URLSearchParams({ ...c.req.query(), page: String(at) });
    return `<${core.state.baseUrl}${c.req.path}?${query.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [to(number - 1, 'prev')] : []),
    ...(number < last ? [to(number + 1, 'next'), to(last, 'last')] : []),
    ...(number > 1 ? [to(1, 'first')] : []),
  ];
  const items = list.slice((number - 1) * size, number * size).map(render);
  return answer(items, 200, links.length === 0 ? {} : { link: links.join(', ') });
}

/** The JSON body in the wanted shape; anything else is a 422 that names the field. An absent body counts as `{}`. */
export async function input<S extends z.ZodType>(
  c: GithubContext,
  resource: string,
  schema: S,
): Promise<z.infer<S>> {
  const text = await c.req.text();
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new Refusal('invalid', 'Problems parsing JSON');
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new Unprocessable([{ resource, field, code: 'invalid' }]);
}

export function signedIn(c: GithubContext): Account {
  const account = c.get('account');
  if (account === undefined) throw new Refusal('unauthorized', 'Requires authentication');
  return account;
}

export function numberIn(c: GithubContext, name: string): number {
  return Number(c.req.param(name));
}

export function issueIn(core: Core, c: GithubContext): Issue {
  const issue = findIssue(core.state, c.get('repo'), numberIn(c, 'number'));
  if (issue === undefined) throw new Refusal('not_found', 'Not Found');
  return issue;
}

export function pullIn(core: Core, c: GithubContext): PullIssue {
  const issue = issueIn(core, c);
  if (!isPull(issue)) throw new Refusal('not_found', 'Not Found');
  return issue;
}

/** A comment of the conversation; those on lines are not found here. */
export function commentIn(core: Core, c: GithubContext): { comment: Comment; issue: Issue } {
  const comment = core.state.comments.get(numberIn(c, 'comment'));
  const issue = core.state.issues.find(
    (one) => one.repoId === c.get('repo').id && one.number === comment?.number,
  );
  if (comment === undefined || comment.inline !== undefined || comment.repoId !== c.get('repo').id || !issue)
    throw new Refusal('not_found', 'Not Found');
  return { comment, issue };
}
