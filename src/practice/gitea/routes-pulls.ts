// Pull requests. The list ignores `head`; `GET /pulls/BASE/HEAD` finds one, in any state; a change answers 201.
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Core } from '../core.js';
import { setLabels } from '../ops-labels.js';
import { mergePull } from '../ops-merge.js';
import { editPull, openPull, pullsOf } from '../ops-pulls.js';
import type { PullIssue } from '../ops-pulls.js';
import { Refusal } from '../state.js';
import { accountNamed, answer, input, nothing, page, pullIn } from './http.js';
import type { GiteaContext, GiteaEnv } from './http.js';
import { renderPull } from './render-pull.js';
import { isDraft } from './render.js';

const newPull = z.object({
  head: z.string(),
  base: z.string(),
  title: z.string().default(''),
  body: z.string().default(''),
  labels: z.array(z.int()).default([]),
});
const pullChange = z.object({
  title: z.string().optional(),
  body: z.string().optional(),
  base: z.string().optional(),
  state: z.enum(['open', 'closed']).optional(),
  assignees: z.array(z.string()).nullish(),
});
const mergeWish = z.object({
  Do: z.enum(['merge', 'squash']),
  MergeTitleField: z.string().optional(),
  MergeMessageField: z.string().optional(),
  delete_branch_after_merge: z.boolean().optional(),
  head_commit_id: z.string().optional(),
});

export function pullRoutes(core: Core, app: Hono<GiteaEnv>): void {
  const { state } = core;
  const one = '/repos/:owner/:repo/pulls/:number{[0-9]+}';
  app.get('/repos/:owner/:repo/pulls', (c) => {
    const { items, headers } = page(core, c, listed(core, c), { link: true });
    return answer(
      items.map((issue) => renderPull(state, issue, c.get('account'), { asList: true })),
      200,
      headers,
    );
  });
  app.post('/repos/:owner/:repo/pulls', async (c) => {
    const wish = await input(c, newPull);
    const issue = await openPull(core, c.get('repo'), c.get('account'), wish);
    const labels = wish.labels.flatMap((id) => state.labels.get(id) ?? []);
    if (labels.length > 0) setLabels(core, c.get('repo'), c.get('account'), issue, 'add', labels);
    return answer(renderPull(state, issue, c.get('account')), 201);
  });
  app.get(one, (c) => answer(renderPull(state, pullIn(core, c), c.get('account'))));
  app.patch(one, async (c) => {
    const issue = pullIn(core, c);
    const { assignees, ...wish } = await input(c, pullChange);
    const people = assignees?.map((login) => accountNamed(core, login));
    await editPull(core, c.get('repo'), c.get('account'), issue, { ...wish, assignees: people });
    return answer(renderPull(state, issue, c.get('account')), 201);
  });
  app.post(`${one}/merge`, (c) => merge(core, c));
  app.get(`${one}/merge`, (c) => {
    if (pullIn(core, c).pull.merged === undefined) throw new Refusal('not_found', 'not found');
    return nothing();
  });
  // The pattern starts with a non-digit so that `/pulls/4/commits` is not taken for a branch named 4.
  app.get('/repos/:owner/:repo/pulls/:base{[^0-9/][^/]*}/:head{.+}', (c) => {
    const found = pullsOf(core, c.get('repo')).find((issue) =>
      isBetween(issue, c.req.param('base'), c.req.param('head')),
    );
    if (found === undefined) throw new Refusal('not_found', 'not found');
    return answer(renderPull(state, found, c.get('account')));
  });
}

async function merge(core: Core, c: GiteaContext): Promise<Response> {
  const issue = pullIn(core, c);
  const wish = await input(c, mergeWish);
  await mergePull(core, c.get('repo'), c.get('account'), issue, {
    style: wish.Do,
    title: wish.MergeTitleField,
    message: wish.MergeMessageField,
    deleteBranch: wish.delete_branch_after_merge,
    expectedHead: wish.head_commit_id,
    isDraft: isDraft(issue),
  });
  return nothing(200);
}

/** Newest first; only `state` and `base_branch` filter, whatever else is asked. */
function listed(core: Core, c: GiteaContext): PullIssue[] {
  const state = c.req.query('state') ?? 'open';
  const base = c.req.query('base_branch') ?? '';
  return pullsOf(core, c.get('repo'))
    .filter(
      (issue) =>
        (state === 'all' || issue.state === state) && (base === '' || issue.pull.baseBranch === base),
    )
    .reverse();
}

function isBetween(issue: PullIssue, base: string, head: string): boolean {
  return (
    issue.pull.baseBranch === base && issue.pull.headBranch === head && issue.pull.headRepoId === issue.repoId
  );
}
