// Issues and their history.
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Core } from '../core.js';
import { addReaction, reactionsOn, reactionTarget, removeReaction } from '../ops-comments.js';
import { deleteIssue, editIssue, lockIssue, openIssue } from '../ops-issues.js';
import { conversationOf, labelsOf } from '../state.js';
import type { Issue } from '../types.js';
import { accountNamed, answer, input, issueIn, nothing, page, total } from './http.js';
import type { GiteaContext, GiteaEnv } from './http.js';
import { renderIssue, renderReaction } from './render.js';
import { renderTimelineComment, renderTimelineEntry } from './render-timeline.js';

const newIssue = z.object({
  title: z.string().default(''),
  body: z.string().default(''),
  labels: z.array(z.int()).default([]),
  assignees: z.array(z.string()).nullish(),
});
const issueChange = z.object({
  title: z.string().optional(),
  body: z.string().optional(),
  state: z.enum(['open', 'closed']).optional(),
  assignees: z.array(z.string()).nullish(),
  milestone: z.int().optional(),
});
const reactionWish = z.object({ content: z.string() });

export function issueRoutes(core: Core, app: Hono<GiteaEnv>): void {
  const { state } = core;
  const one = '/repos/:owner/:repo/issues/:number{[0-9]+}';
  app.get('/repos/:owner/:repo/issues', (c) => {
    const { items, headers } = page(core, c, listed(core, c), { link: true });
    return answer(
      items.map((issue) => renderIssue(state, issue, c.get('account'))),
      200,
      headers,
    );
  });
  app.post('/repos/:owner/:repo/issues', async (c) => {
    const wish = await input(c, newIssue);
    const labels = wish.labels.flatMap((id) => state.labels.get(id) ?? []);
    const assignees = wish.assignees?.map((login) => accountNamed(core, login));
    const issue = openIssue(core, c.get('repo'), c.get('account'), {
      title: wish.title,
      body: wish.body,
      labels,
      assignees,
    });
    return answer(renderIssue(state, issue, c.get('account')), 201);
  });
  app.get(one, (c) => answer(renderIssue(state, issueIn(core, c), c.get('account'))));
  app.patch(one, async (c) => {
    const issue = issueIn(core, c);
    const { milestone, assignees, ...wish } = await input(c, issueChange);
    const people = assignees?.map((login) => accountNamed(core, login));
    editIssue(core, c.get('repo'), c.get('account'), issue, {
      ...wish,
      milestoneId: milestone,
      assignees: people,
    });
    return answer(renderIssue(state, issue, c.get('account')), 201);
  });
  app.delete(one, (c) => {
    deleteIssue(core, c.get('repo'), c.get('account'), issueIn(core, c));
    return nothing();
  });
  for (const [method, locked] of [
    ['put', true],
    ['delete', false],
  ] as const) {
    app[method](`${one}/lock`, (c) => {
      lockIssue(core, c.get('repo'), c.get('account'), issueIn(core, c), locked);
      return nothing();
    });
  }
  app.get(`${one}/timeline`, (c) => timeline(core, c, issueIn(core, c)));
  reactionRoutes(core, app, `${one}/reactions`, (c) => reactionTarget({ issue: issueIn(core, c) }));
}

/** Of an issue and of a comment alike; taking one off needs a body, as Gitea wants it. */
export function reactionRoutes(
  core: Core,
  app: Hono<GiteaEnv>,
  at: string,
  target: (c: GiteaContext) => string,
): void {
  app.get(at, (c) => {
    const reactions = reactionsOn(core, target(c));
    return answer(reactions.map((reaction) => renderReaction(core.state, reaction, c.get('account'))));
  });
  app.post(at, async (c) => {
    const { content } = await input(c, reactionWish);
    const { reaction, existed } = addReaction(core, c.get('repo'), c.get('account'), target(c), content);
    return answer(renderReaction(core.state, reaction, c.get('account')), existed ? 200 : 201);
  });
  app.delete(at, async (c) => {
    const { content } = await input(c, reactionWish);
    removeReaction(core, c.get('repo'), c.get('account'), target(c), content);
    return nothing(200);
  });
}

/** Newest first; `state`, `type`, `since`, `labels` (names) filter. */
function listed(core: Core, c: GiteaContext): Issue[] {
  const state = c.req.query('state') ?? 'open';
  const type = c.req.query('type');
  const since = Date.parse(c.req.query('since') ?? '') || 0;
  const wanted = (c.req.query('labels') ?? '').split(',').filter((name) => name !== '');
  return core.state.issues
    .filter((issue) => issue.repoId === c.get('repo').id && Date.parse(issue.updatedAt) >= since)
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => type === undefined || (type === 'pulls') === (issue.pull !== undefined))
    .filter((issue) =>
      wanted.every((name) => labelsOf(core.state, issue).some((label) => label.name === name)),
    )
    .reverse();
}

function timeline(core: Core, c: GiteaContext, issue: Issue): Response {
  const since = Date.parse(c.req.query('since') ?? '') || 0;
  const account = c.get('account');
  const entries = core.state.timeline
    .filter((entry) => entry.repoId === issue.repoId && entry.number === issue.number)
    .map((entry) => renderTimelineEntry(core.state, issue, entry, account));
  const comments = conversationOf(core.state, issue).map((comment) =>
    renderTimelineComment(core.state, issue, comment, account),
  );
  const all = [...entries, ...comments]
    .filter((item) => Date.parse(item.updated_at) >= since)
    .sort((a, b) => a.id - b.id);
  const { items } = page(core, c, all, { link: false });
  return answer(items, 200, total(all));
}
