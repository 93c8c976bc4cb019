// Pull requests: opened, listed, edited, merged.
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Core } from '../core.js';
import { mergePull } from '../ops-merge.js';
import { editPull, openPull, pullsOf } from '../ops-pulls.js';
import type { NewPull, PullIssue } from '../ops-pulls.js';
import { accountById, Refusal, repoById } from '../state.js';
import { answer, input, page, pullIn, Unprocessable } from './http.js';
import type { GithubContext, GithubEnv } from './http.js';
import { renderPull, renderSimplePull } from './render-pull.js';
import type { Schema } from './schema.js';

const newPull = z.object({
  title: z.string().default(''),
  head: z.string().default(''),
  base: z.string().default(''),
  body: z.string().nullish(),
  draft: z.boolean().default(false),
});
const pullChange = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
});
const mergeWish = z.object({
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
  sha: z.string().optional(),
  merge_method: z.enum(['merge', 'squash']).default('merge'),
});

const AT = '/repos/:owner/:repo/pulls';
const ONE = `${AT}/:number{[0-9]+}`;

export function pullRoutes(core: Core, routes: Hono<GithubEnv>): void {
  const { state } = core;
  routes.get(AT, (c) =>
    page(core, c, listed(core, c), (issue) => renderSimplePull(state, issue, c.get('account'))),
  );
  routes.post(AT, async (c) => {
    const wish = await input(c, 'PullRequest', newPull);
    if (wish.title.trim() === '')
      throw new Unprocessable([{ resource: 'PullRequest', code: 'missing_field', field: 'title' }]);
    const issue = await open(core, c, { ...wish, body: wish.body ?? '' });
    return answer(renderPull(state, issue, c.get('account')), 201);
  });
  routes.get(ONE, (c) => answer(renderPull(state, pullIn(core, c), c.get('account'))));
  routes.patch(ONE, async (c) => {
    const issue = pullIn(core, c);
    const { body, ...wish } = await input(c, 'PullRequest', pullChange);
    const change = { ...wish, ...(body === undefined ? {} : { body: body ?? '' }) };
    await editPull(core, c.get('repo'), c.get('account'), issue, change);
    return answer(renderPull(state, issue, c.get('account')));
  });
  routes.put(`${ONE}/merge`, async (c) => {
    const wish = await input(c, 'PullRequest', mergeWish);
    const sha = await mergePull(core, c.get('repo'), c.get('account'), pullIn(core, c), {
      style: wish.merge_method,
      title: wish.commit_title,
      message: wish.commit_message,
      expectedHead: wish.sha,
    });
    const body: Schema['pull-request-merge-result'] = {
      sha,
      merged: true,
      message: 'Pull Request successfully merged',
    };
    return answer(body);
  });
}

/** GitHub says everything with 422: what is not there names its field, the rest tells it in words. */
async function open(core: Core, c: GithubContext, wish: NewPull): Promise<PullIssue> {
  const resource = 'PullRequest';
  const repo = c.get('repo');
  try {
    return await openPull(core, repo, c.get('account'), wish);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const owner = accountById(core.state, repo.ownerId).login;
    const head = wish.head.includes(':') ? wish.head : `${owner}:${wish.head}`;
    switch (error.code) {
      case 'not_found':
        throw new Unprocessable([
          { resource, field: repo.branches.has(wish.base) ? 'head' : 'base', code: 'invalid' },
        ]);
      case 'exists':
        throw new Unprocessable([
          { resource, code: 'custom', message: `A pull request already exists for ${head}.` },
        ]);
      case 'no_changes':
        throw new Unprocessable([
          { resource, code: 'custom', message: `No commits between ${wish.base} and ${wish.head}` },
        ]);
      default:
        throw error;
    }
  }
}

/** Newest first; `state`, `head` (`owner:branch`) and `base` filter. */
function listed(core: Core, c: GithubContext): PullIssue[] {
  const state = c.req.query('state') ?? 'open';
  const head = c.req.query('head');
  const base = c.req.query('base');
  return pullsOf(core, c.get('repo'))
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => base === undefined || issue.pull.baseBranch === base)
    .filter(
      (issue) => head === undefined || !head.includes(':') || headOf(core, issue) === head.toLowerCase(),
    )
    .reverse();
}

function headOf(core: Core, issue: PullIssue): string {
  const owner = accountById(core.state, repoById(core.state, issue.pull.headRepoId).ownerId);
  return `${owner.login}:${issue.pull.headBranch}`.toLowerCase();
}
