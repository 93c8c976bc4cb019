// Labels. Unknown names are dropped in silence, two may share a name, and taking one off needs its numeric id.
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Core } from '../core.js';
import { demand } from '../core.js';
import { createLabel, deleteLabel, setLabels } from '../ops-labels.js';
import { labelsOf, Refusal, repoLabels } from '../state.js';
import type { Label, Repo } from '../types.js';
import { answer, failure, input, issueIn, nothing, page } from './http.js';
import type { GiteaContext, GiteaEnv } from './http.js';
import { renderLabel } from './render.js';

const newLabel = z.object({
  name: z.string().min(1),
  color: z.string().regex(/^#?[0-9a-f]{6}$/i),
  description: z.string().default(''),
});
const labelChoice = z.object({ labels: z.array(z.union([z.int(), z.string()])).default([]) });

export function labelRoutes(core: Core, app: Hono<GiteaEnv>): void {
  const { state } = core;
  app.get('/repos/:owner/:repo/labels', (c) => {
    const all = repoLabels(state, c.get('repo')).sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id);
    const { items, headers } = page(core, c, all, { link: true });
    return answer(
      items.map((label) => renderLabel(state, label)),
      200,
      headers,
    );
  });
  app.post('/repos/:owner/:repo/labels', async (c) => {
    const label = createLabel(core, c.get('repo'), c.get('account'), await input(c, newLabel));
    return answer(renderLabel(state, label), 201);
  });
  app.get('/repos/:owner/:repo/labels/:id{[0-9]+}', (c) => answer(renderLabel(state, labelIn(core, c))));
  app.delete('/repos/:owner/:repo/labels/:id{[0-9]+}', (c) => {
    deleteLabel(core, c.get('repo'), c.get('account'), labelIn(core, c));
    return nothing();
  });
  issueLabelRoutes(core, app);
}

function issueLabelRoutes(core: Core, app: Hono<GiteaEnv>): void {
  const { state } = core;
  const at = '/repos/:owner/:repo/issues/:number{[0-9]+}/labels';
  const shown = (c: GiteaContext) =>
    answer(labelsOf(state, issueIn(core, c)).map((label) => renderLabel(state, label)));
  app.get(at, shown);
  for (const [method, how] of [
    ['post', 'add'],
    ['put', 'replace'],
  ] as const) {
    app[method](at, async (c) => {
      const issue = issueIn(core, c);
      demand(core, c.get('repo'), c.get('account'), 'write');
      const { labels } = await input(c, labelChoice);
      const kinds = new Set(labels.map((label) => typeof label));
      if (kinds.size > 1) return failure(core, 400, 'labels should be an array of strings or integers');
      setLabels(core, c.get('repo'), c.get('account'), issue, how, chosen(core, c.get('repo'), labels));
      return shown(c);
    });
  }
  app.delete(at, (c) => {
    setLabels(core, c.get('repo'), c.get('account'), issueIn(core, c), 'clear', []);
    return nothing();
  });
  app.delete(`${at}/:id`, (c) => {
    const issue = issueIn(core, c);
    demand(core, c.get('repo'), c.get('account'), 'write');
    setLabels(core, c.get('repo'), c.get('account'), issue, 'remove', [labelIn(core, c)]);
    return nothing();
  });
}

/** A name is read as the number 0, as Gitea does: so only ids find anything. */
function labelIn(core: Core, c: GiteaContext): Label {
  const label = core.state.labels.get(Number(c.req.param('id')) || 0);
  if (label === undefined || label.repoId !== c.get('repo').id)
    throw new Refusal('invalid', 'label does not exist [label_id: 0]');
  return label;
}

function chosen(core: Core, repo: Repo, wanted: readonly (number | string)[]): Label[] {
  return repoLabels(core.state, repo).filter(
    (label) => wanted.includes(label.id) || wanted.includes(label.name),
  );
}
