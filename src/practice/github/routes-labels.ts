// Labels (unknown ones are made by the way) and reactions (each with an id of its own).
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Core } from '../core.js';
import type { LabelsEvent } from '../events.js';
import { addReaction, REACTIONS, reactionsOn, reactionTarget, removeReaction } from '../ops-comments.js';
import { createLabel, setLabels } from '../ops-labels.js';
import { accessOf, accountById, allows, labelsOf, Refusal, repoLabels } from '../state.js';
import type { Issue, Label } from '../types.js';
import { answer, commentIn, input, issueIn, nothing, numberIn, page, Unprocessable } from './http.js';
import type { GithubContext, GithubEnv } from './http.js';
import { renderLabel, renderReaction } from './render.js';

const newLabel = z.object({
  name: z.string(),
  color: z.string().default('ededed'),
  description: z.string().nullish(),
});
const labelNames = z.union([
  z.object({ labels: z.array(z.string()).default([]) }).transform((wish) => wish.labels),
  z.array(z.string()),
]);

const REPO = '/repos/:owner/:repo';
const ISSUE = `${REPO}/issues/:number{[0-9]+}`;

export function labelRoutes(core: Core, routes: Hono<GithubEnv>): void {
  const { state } = core;
  const all = (c: GithubContext, issue: Issue): Response =>
    answer(labelsOf(state, issue).map((label) => renderLabel(state, c.get('repo'), label)));

  routes.get(`${REPO}/labels`, (c) =>
    page(core, c, repoLabels(state, c.get('repo')), (label) => renderLabel(state, c.get('repo'), label)),
  );
  routes.post(`${REPO}/labels`, async (c) => {
    const wish = await input(c, 'Label', newLabel);
    if (findLabel(core, c, wish.name) !== undefined)
      throw new Unprocessable([{ resource: 'Label', code: 'already_exists', field: 'name' }]);
    const wanted = { ...wish, description: wish.description ?? '' };
    const label = createLabel(core, c.get('repo'), c.get('account'), wanted);
    return answer(renderLabel(state, c.get('repo'), label), 201);
  });
  routes.get(`${ISSUE}/labels`, (c) =>
    page(core, c, labelsOf(state, issueIn(core, c)), (label) => renderLabel(state, c.get('repo'), label)),
  );
  const setting = { post: 'add', put: 'replace' } as const;
  for (const method of ['post', 'put'] as const) {
    routes[method](`${ISSUE}/labels`, async (c) => {
      const issue = issueIn(core, c);
      const labels = labelsNamed(core, c, await input(c, 'Label', labelNames));
      change(core, c, issue, setting[method], labels);
      return all(c, issue);
    });
  }
  routes.delete(`${ISSUE}/labels`, (c) => {
    change(core, c, issueIn(core, c), 'clear', []);
    return nothing();
  });
  routes.delete(`${ISSUE}/labels/:name`, (c) => {
    const issue = issueIn(core, c);
    const label = labelsOf(state, issue).find((one) => sameName(one.name, c.req.param('name')));
    if (label === undefined) throw new Refusal('not_found', 'Label does not exist');
    change(core, c, issue, 'remove', [label]);
    return all(c, issue);
  });
  reactionRoutes(core, routes);
}

/** Unlike Gitea's, unknown names become labels; for someone who may not, nothing is made. */
export function labelsNamed(core: Core, c: GithubContext, names: readonly string[]): Label[] {
  const repo = c.get('repo');
  if (!allows(accessOf(core.state, repo, c.get('account')), 'write')) return [];
  return names.map(
    (name) =>
      findLabel(core, c, name) ??
      createLabel(core, repo, c.get('account'), { name, color: 'ededed', description: '' }),
  );
}

function change(
  core: Core,
  c: GithubContext,
  issue: Issue,
  how: LabelsEvent['how'],
  labels: readonly Label[],
): void {
  setLabels(core, c.get('repo'), c.get('account'), issue, how, labels);
}

function findLabel(core: Core, c: GithubContext, name: string): Label | undefined {
  return repoLabels(core.state, c.get('repo')).find((label) => sameName(label.name, name));
}

/** GitHub's labels are told apart without case. */
function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function reactionRoutes(core: Core, routes: Hono<GithubEnv>): void {
  const targets = [
    [`${ISSUE}/reactions`, (c: GithubContext) => reactionTarget({ issue: issueIn(core, c) })],
    [
      `${REPO}/issues/comments/:comment{[0-9]+}/reactions`,
      (c: GithubContext) => reactionTarget({ comment: commentIn(core, c).comment }),
    ],
  ] as const;
  for (const [at, target] of targets) {
    routes.get(at, (c) =>
      page(core, c, reactionsOn(core, target(c)), (reaction) => renderReaction(core.state, reaction)),
    );
    routes.post(at, async (c) => {
      const { content } = await input(c, 'Reaction', z.object({ content: z.string() }));
      if (!REACTIONS.includes(content))
        throw new Unprocessable([{ resource: 'Reaction', code: 'invalid', field: 'content' }]);
      const made = addReaction(core, c.get('repo'), c.get('account'), target(c), content);
      return answer(renderReaction(core.state, made.reaction), made.existed ? 200 : 201);
    });
    routes.delete(`${at}/:reaction{[0-9]+}`, (c) => {
      const there = reactionsOn(core, target(c)).find((one) => one.id === numberIn(c, 'reaction'));
      if (there === undefined) throw new Refusal('not_found', 'Not Found');
      const by = accountById(core.state, there.actorId);
      if (by !== c.get('account')) throw new Refusal('forbidden', 'Must be the author of the reaction.');
      removeReaction(core, c.get('repo'), by, there.target, there.content);
      return nothing();
    });
  }
}
