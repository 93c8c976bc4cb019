// Small helpers that every route of the Gitea face uses: answers, pages of a list, who and what is asked about.
import type { Context } from 'hono';
import type { z } from 'zod';
import type { Core } from '../core.js';
import type { PracticeEnv } from '../face.js';
import { isPull } from '../ops-pulls.js';
import type { PullIssue } from '../ops-pulls.js';
import { accessOf, allows, findAccount, findIssue, Refusal } from '../state.js';
import type { Account, Issue, Repo } from '../types.js';

/** `repo` is set by the middleware of `/repos/:owner/:repo`. */
export interface GiteaEnv {
  Bindings: PracticeEnv['Bindings'];
  Variables: PracticeEnv['Variables'] & { repo: Repo };
}

export type GiteaContext = Context<GiteaEnv>;

const HEADERS = {
  'cache-control': 'max-age=0, private, must-revalidate, no-transform',
  'x-content-type-options': 'nosniff',
};

export function answer(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  const all = { ...HEADERS, 'content-type': 'application/json;charset=utf-8', ...headers };
  return new Response(`${JSON.stringify(body)}\n`, { status, headers: all });
}

export function nothing(status: 200 | 204 = 204): Response {
  return new Response(null, { status, headers: HEADERS });
}

/** The message with the address of the API's own pages, as every error of a Gitea has it. */
export function failure(
  core: Core,
  status: number,
  message: string,
  extra: Record<string, unknown> = {},
): Response {
  return answer({ ...extra, message, url: `${core.state.baseUrl}/api/swagger` }, status);
}

const MOST_PER_PAGE = 50;
const USUAL_PER_PAGE = 30;

/** One page of a list; `link` only where a Gitea sends it. */
export function page<T>(
  core: Core,
  c: GiteaContext,
  list: readonly T[],
  options: { link: boolean },
): { items: T[]; headers: Record<string, string> } {
  const limit = Math.min(Math.max(Number(c.req.query('limit')) || USUAL_PER_PAGE, 1), MOST_PER_PAGE);
  const number = Math.max(Number(c.req.query('page')) || 1, 1);
  const items = list.slice((number - 1) * limit, number * limit);
  const last = Math.max(Math.ceil(list.length / limit), 1);
  const link = options.link ? linkHeader(core, c, { limit, number, last }) : '';
  const exposed = link === '' ? 'X-Total-Count' : 'Link, X-Total-Count';
  return {
    items,
    headers: {
      'access-control-expose-headers': exposed,
      'x-total-count': String(list.length),
      ...(link === '' ? {} : { link }),
    },
  };
}

/** Built from the forge's own address, not from the one that was called: a trap behind an internal host name. */
function linkHeader(
  core: Core,
  c: GiteaContext,
  at: { limit: number; number: number; last: number },
): string {
  if (at.last === 1) return '';
  const address = (number: number) => {
    const query = new URLSearchParams(c.req.query());
    query.set('limit', String(at.limit));
    query.set('page', String(number));
    query.sort();
    return `<${core.state.baseUrl}${c.req.path}?${query.toString()}>`;
  };
  const parts: string[] = [];
  if (at.number < at.last)
    parts.push(`${address(at.number + 1)}; rel="next"`, `${address(at.last)}; rel="last"`);
  if (at.number > 1) parts.push(`${address(1)}; rel="first"`, `${address(at.number - 1)}; rel="prev"`);
  return parts.join(',');
}

export function total(list: readonly unknown[]): Record<string, string> {
  return { 'access-control-expose-headers': 'X-Total-Count', 'x-total-count': String(list.length) };
}

/** The JSON body in the wanted shape; anything else is a 422. An absent body counts as `{}`. */
export async function input<S extends z.ZodType>(c: GiteaContext, schema: S): Promise<z.infer<S>> {
  const text = await c.req.text();
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch (cause) {
    throw new Refusal('invalid', `invalid JSON: ${String(cause)}`);
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Refusal('invalid', `[${issue?.path.join('.') ?? ''}]: ${issue?.message ?? 'invalid'}`);
}

export function numberIn(c: GiteaContext, name: string): number {
  return Number(c.req.param(name));
}

export function issueIn(core: Core, c: GiteaContext): Issue {
  const issue = findIssue(core.state, c.get('repo'), numberIn(c, 'number'));
  if (issue === undefined) throw new Refusal('not_found', 'not found');
  return issue;
}

export function pullIn(core: Core, c: GiteaContext): PullIssue {
  const issue = issueIn(core, c);
  if (!isPull(issue)) throw new Refusal('not_found', 'not found');
  return issue;
}

/** Throws `no_such_user` with a Gitea's words. */
export function accountNamed(core: Core, login: string): Account {
  const account = findAccount(core.state, login);
  if (account === undefined)
    throw new Refusal('no_such_user', `user does not exist [uid: 0, name: ${login}]`);
  return account;
}

export function maySee(core: Core, repo: Repo, account: Account | undefined): boolean {
  return allows(accessOf(core.state, repo, account), 'read');
}
