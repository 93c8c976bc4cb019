// What the listings answer: rows of the store that the caller may see, page by page.
import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { isCovered } from '../../config/match.js';
import type { Operator } from '../../domain/principal.js';
import type { Task } from '../../domain/task.js';
import type { About, ListedAbout, QueuePlace } from '../../store/api.js';
import { mayOperate } from '../../verbs/authorize.js';
import type { ApiDeps } from './api-app.js';
import { mustBeAllowed, type ApiEnv } from './caller.js';
import { readPage } from './paging.js';
import { notFound } from './problems.js';
import { ROUTES } from './routes.js';
import { showDelivery, showOrder, showRun, showSession, showTask, subjectOf } from './show.js';

const seq = z.number().int();
const queuePlace: z.ZodType<QueuePlace> = z.object({
  state: z.enum(['ready', 'waiting', 'delayed']),
  priority: z.number(),
  seq,
});

export function addListings(app: OpenAPIHono<ApiEnv>, deps: ApiDeps): void {
  addWork(app, deps);
  addQueue(app, deps);
  addInAndOut(app, deps);
}

function addWork(app: OpenAPIHono<ApiEnv>, deps: ApiDeps): void {
  const { lists } = deps.store.api;
  app.openapi(ROUTES.tasks, async (c) => {
    const { state, ...page } = c.req.valid('query');
    const sees = await sight(deps, c.get('caller').principal);
    const states = state === undefined ? undefined : [state];
    const read = (before: number | undefined, limit: number) =>
      lists.tasks({ before, limit, repoKeys: sees.repoKeys, states });
    return c.json(
      deps.masked(await readPage({ kind: 'tasks', ...sees.rows, read, show: showTask }, page)),
      200,
    );
  });
  app.openapi(ROUTES.task, async (c) => {
    const sees = await sight(deps, c.get('caller').principal);
    const task = await lists.task(c.req.valid('param').id);
    if (task === undefined || !sees.rows.isVisible(task)) throw notFound();
    return c.json(deps.masked(showTask(task)), 200);
  });
  app.openapi(ROUTES.runs, async (c) => {
    const { task, ...page } = c.req.valid('query');
    const sees = await sight(deps, c.get('caller').principal);
    const read = (before: number | undefined, limit: number) =>
      lists.runs({ before, limit, repoKeys: sees.repoKeys, task });
    return c.json(
      deps.masked(await readPage({ kind: 'runs', ...sees.rows, read, show: showRun }, page)),
      200,
    );
  });
  app.openapi(ROUTES.sessions, async (c) => {
    const sees = await sight(deps, c.get('caller').principal);
    const read = (before: number | undefined, limit: number) =>
      lists.sessions({ before, limit, repoKeys: sees.repoKeys });
    const reading = { kind: 'sessions', ...sees.rows, read, show: showSession };
    return c.json(deps.masked(await readPage(reading, c.req.valid('query'))), 200);
  });
  app.openapi(ROUTES.session, async (c) => {
    const sees = await sight(deps, c.get('caller').principal);
    const session = await lists.session(c.req.valid('param').id);
    if (session === undefined || !sees.rows.isVisible(session)) throw notFound();
    return c.json(deps.masked(showSession(session)), 200);
  });
}

function addQueue(app: OpenAPIHono<ApiEnv>, deps: ApiDeps): void {
  const {
    queue,
    api: { lists },
  } = deps.store;
  app.openapi(ROUTES.queue, async (c) => {
    const sees = await sight(deps, c.get('caller').principal);
    const reading = {
      kind: 'queue',
      place: queuePlace,
      placeOf: ({ seq: at, row }: ListedAbout<Task>) => ({
        state: row.state,
        priority: row.priority,
        seq: at,
      }),
      isVisible: sees.rows.isVisible,
      read: (after: QueuePlace | undefined, limit: number) =>
        lists.queue({ after, limit, repoKeys: sees.repoKeys }),
      show: async (listed: ListedAbout<Task>) => ({
        ...showTask(listed),
        // It may have been begun in this moment.
        place: (await queue.placeOf(listed.row.id)) ?? 1,
      }),
    };
    return c.json(deps.masked(await readPage(reading, c.req.valid('query'))), 200);
  });
}

function addInAndOut(app: OpenAPIHono<ApiEnv>, deps: ApiDeps): void {
  const { lists } = deps.store.api;
  app.openapi(ROUTES.orders, async (c) => {
    const sees = await sight(deps, c.get('caller').principal);
    const read = (before: number | undefined, limit: number) =>
      lists.orders({ before, limit, repoKeys: sees.repoKeys });
    const reading = { kind: 'orders', ...sees.rows, read, show: showOrder };
    return c.json(deps.masked(await readPage(reading, c.req.valid('query'))), 200);
  });
  app.openapi(ROUTES.deliveries, async (c) => {
    // Of which repository one is stands in its body only.
    mustBeAllowed(c, 'reader');
    const read = (before: number | undefined, limit: number) => lists.deliveries({ before, limit });
    const reading = { kind: 'deliveries', ...bySeq, isVisible: () => true, read, show: showDelivery };
    return c.json(deps.masked(await readPage(reading, c.req.valid('query'))), 200);
  });
}

export const bySeq = { place: seq, placeOf: (row: { readonly seq: number }) => row.seq };

interface Sight {
  /** Undefined: all. */
  readonly repoKeys: readonly string[] | undefined;
  readonly rows: typeof bySeq & { readonly isVisible: (row: { readonly about: About }) => boolean };
}

/** What of the rows the caller may see: the repositories for the store, and each row once more, by the same rule as verbs. */
async function sight(deps: ApiDeps, principal: Operator): Promise<Sight> {
  const isVisible = ({ about }: { readonly about: About }) => maySee(principal, about);
  const { repos } = principal;
  if (repos === undefined) return { repoKeys: undefined, rows: { ...bySeq, isVisible } };
  const known = await deps.store.api.lists.repos();
  const wholes = repos.map((match) => match.replace(/#\d+$/, ''));
  const named = known.filter((repo) => isCovered(wholes, repo));
  return { repoKeys: named.map(({ forge, id }) => `${forge}:${id}`), rows: { ...bySeq, isVisible } };
}

export function maySee(principal: Operator, about: About): boolean {
  return mayOperate(principal, 'reader', subjectOf(about)).allowed;
}
