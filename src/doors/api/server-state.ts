// How the server is, and the forges it is connected to.
import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { readVersion } from '../../support/version.js';
import type { ApiDeps } from './api-app.js';
import type { ApiEnv } from './caller.js';
import { readPage } from './paging.js';
import { ROUTES } from './routes.js';

export function addServerState(app: OpenAPIHono<ApiEnv>, deps: ApiDeps): void {
  const startedAt = deps.now();
  app.openapi(ROUTES.status, async (c) => {
    const { repos } = c.get('caller').principal;
    const missing = [...(await deps.readiness.missing())];
    const server = { version: readVersion(), startedAt, ready: missing.length === 0, missing };
    // Notes name repositories, counts are of all.
    if (repos !== undefined) return c.json({ ...server, notes: [] }, 200);
    const notes = [...deps.notes()];
    const told = { notes, config: configOf(deps), tasks: await deps.store.api.lists.counts() };
    return c.json(deps.masked({ ...server, ...told }), 200);
  });
  app.openapi(ROUTES.forges, async (c) => {
    const { repos } = c.get('caller').principal;
    const { forges } = deps.config();
    const rows = forges
      .map((forge, index) => ({ index, forge }))
      .filter(({ forge }) => repos?.some((match) => match.startsWith(`${forge.name}:`)) ?? true);
    const reading = {
      kind: 'forges',
      place: z.number().int(),
      placeOf: ({ index }: { index: number }) => index,
      isVisible: () => true,
      read: (after: number | undefined, limit: number) =>
        Promise.resolve(rows.filter(({ index }) => index > (after ?? -1)).slice(0, limit)),
      show: ({ forge: { name, kind, url } }: (typeof rows)[number]) => ({
        forge: name,
        kind,
        url,
        paused: pausesOf(deps, name, repos === undefined),
      }),
    };
    return c.json(deps.masked(await readPage(reading, c.req.valid('query'))), 200);
  });
}

function configOf({ files }: ApiDeps) {
  const refused = files.refused();
  return {
    ...(refused && { refused: { problems: [...refused.problems], since: refused.sinceMs } }),
    waiting: [...files.waiting()],
  };
}

/** Pauses of single repositories are for those who may see all. */
function pausesOf({ pauses }: ApiDeps, name: string, seesAll: boolean) {
  return pauses
    .list()
    .filter(({ forge, repoId }) => forge === name && (seesAll || repoId === undefined))
    .map(({ repoId, because, why, sinceMs, untilMs }) => ({
      repoId,
      because,
      why,
      since: sinceMs,
      until: untilMs,
    }));
}
