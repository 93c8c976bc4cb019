// Issues, their comments, reactions and history.
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Core } from '../core.js';
import { createComment, deleteComment, editComment } from '../ops-comments.js';
import { editIssue, lockIssue, openIssue } from '../ops-issues.js';
import { conversationOf, labelsOf } from '../state.js';
import type { Issue } from '../types.js';
import { answer, commentIn, input, issueIn, nothing, page, Unprocessable } from './http.js';
import type { GithubContext, GithubEnv } from './http.js';
import { labelsNamed } from './routes-labels.js';
import { accountNamed } from './routes-repos.js';
import { renderComment, renderIssue } from './render.js';
import { renderTimeline } from './render-timeline.js';

const newIssue = z.object({
  title: z.union([z.string(), z.int()]).optional(),
  body: z.string().nullish(),
  labels: z.array(z.string()).default([]),
  assignees: z.array(z.string()).default([]),
});
const issueChange = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  assignees: z.array(z.string()).optional(),
});
const commentText = z.object({ body: z.string().optional() });

const AT = '/repos/:owner/:repo/issues';
const ONE = `${AT}/:number{[0-9]+}`;
const COMMENT = `${AT}/comments/:comment{[0-9]+}`;

export function issueRoutes(core: Core, routes: Hono<GithubEnv>): void {
  const { state } = core;
  routes.get(AT, (c) => page(core, c, listed(core, c), (issue) => renderIssue(state, issue)));
  routes.post(AT, async (c) => {
    const wish = await input(c, 'Issue', newIssue);
    const title = String(wish.title ?? '');
    if (title.trim() === '')
      throw new Unprocessable([{ resource: 'Issue', code: 'missing_field', field: 'title' }]);
    const issue = openIssue(core, c.get('repo'), c.get('account'), {
      title,
      body: wish.body ?? '',
      labels: labelsNamed(core, c, wish.labels),
      assignees: wish.assignees.map((login) => accountNamed(core, login)),
    });
    return answer(renderIssue(state, issue), 201);
  });
  routes.get(ONE, (c) => answer(renderIssue(state, issueIn(core, c))));
  routes.patch(ONE, async (c) => {
    const issue = issueIn(core, c);
    const { body, assignees, ...wish } = await input(c, 'Issue', issueChange);
    editIssue(core, c.get('repo'), c.get('account'), issue, {
      ...wish,
      ...(body === undefined ? {} : { body: body ?? '' }),
      assignees: assignees?.map((login) => accountNamed(core, login)),
    });
    return answer(renderIssue(state, issue));
  });
  routes.get(`${ONE}/timeline`, (c) =>
    page(core, c, renderTimeline(state, issueIn(core, c)), (entry) => entry),
  );
  for (const [method, locked] of [
    ['put', true],
    ['delete', false],
  ] as const) {
    routes[method](`${ONE}/lock`, (c) => {
      lockIssue(core, c.get('repo'), c.get('account'), issueIn(core, c), locked);
      return nothing();
    });
  }
  commentRoutes(core, routes);
}

function commentRoutes(core: Core, routes: Hono<GithubEnv>): void {
  const { state } = core;
  routes.get(`${ONE}/comments`, (c) => {
    const issue = issueIn(core, c);
    const since = Date.parse(c.req.query('since') ?? '') || 0;
    const comments = conversationOf(state, issue).filter((one) => Date.parse(one.updatedAt) >= since);
    return page(core, c, comments, (comment) => renderComment(state, issue, comment));
  });
  routes.post(`${ONE}/comments`, async (c) => {
    const issue = issueIn(core, c);
    const body = await commentBody(c);
    return answer(
      renderComment(state, issue, createComment(core, c.get('repo'), c.get('account'), issue, body)),
      201,
    );
  });
  routes.get(COMMENT, (c) => {
    const { comment, issue } = commentIn(core, c);
    return answer(renderComment(state, issue, comment));
  });
  routes.patch(COMMENT, async (c) => {
    const { comment, issue } = commentIn(core, c);
    editComment(core, c.get('repo'), c.get('account'), comment, await commentBody(c));
    return answer(renderComment(state, issue, comment));
  });
  routes.delete(COMMENT, (c) => {
    deleteComment(core, c.get('repo'), c.get('account'), commentIn(core, c).comment);
    return nothing();
  });
}

const MOST_CHARS = 65_536;

async function commentBody(c: GithubContext): Promise<string> {
  const { body } = await input(c, 'IssueComment', commentText);
  const refuse = (message: string) =>
    new Unprocessable([{ resource: 'IssueComment', code: 'unprocessable', field: 'data', message }]);
  if (body === undefined || body.trim() === '') throw refuse('Body cannot be blank');
  if (body.length > MOST_CHARS) throw refuse(`Body is too long (maximum is ${MOST_CHARS} characters)`);
  return body;
}

/** Pull requests are in it too; newest first; `state`, `since`, `labels` (names) filter. */
function listed(core: Core, c: GithubContext): Issue[] {
  const state = c.req.query('state') ?? 'open';
  const since = Date.parse(c.req.query('since') ?? '') || 0;
  const wanted = (c.req.query('labels') ?? '').split(',').filter((name) => name !== '');
  return core.state.issues
    .filter((issue) => issue.repoId === c.get('repo').id && Date.parse(issue.updatedAt) >= since)
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) =>
      wanted.every((name) => labelsOf(core.state, issue).some((label) => label.name === name)),
    )
    .reverse();
}
