// The Gitea and Forgejo adapter put together.
import type { Forge } from '../forge.js';
import { baseUrl } from '../options.js';
import type { ForgeOptions } from '../options.js';
import { createRepoPaths } from '../renames.js';
import type { RepoPaths } from '../renames.js';
import { settingsAnswer } from './answers.js';
import { createGiteaClient } from './client.js';
import type { GiteaClient } from './client.js';
import { createIssues } from './issues.js';
import { createPulls } from './pulls.js';
import { createRights } from './rights.js';
import { createRepos, readRepoById, toRepo } from './repos.js';
import type { Place } from './translate.js';

export interface GiteaDeps {
  readonly options: ForgeOptions;
  readonly client: GiteaClient;
  readonly paths: RepoPaths;
  readonly place: Place;
  /** How many items a full page of a list has at this server. */
  readonly pageSize: () => Promise<number>;
}

/** Gitea has no limit of its own; this is what people can still read, and databases still take. */
const MAX_BODY_CHARS = 200_000;
const WANTED_PAGE_SIZE = 50;

/** @param options.auth must be a token: Gitea has no apps */
export function createGiteaForge(options: ForgeOptions): Forge {
  const client = createGiteaClient(options);
  const place = { forge: options.name, url: baseUrl(options.url) };
  const paths = createRepoPaths({
    lookUp: async (id) => toRepo({ place }, await readRepoById({ client }, id)),
    onRename: (repo) => {
      options.log?.info('forge.repo-renamed', { forge: options.name, id: repo.ref.id, path: repo.ref.path });
      options.onRename?.(repo);
    },
  });
  const deps: GiteaDeps = { options, client, paths, place, pageSize: onceKnown(client) };
  return {
    name: options.name,
    kind: 'gitea',
    maxBodyChars: MAX_BODY_CHARS,
    ...createRepos(deps),
    ...createIssues(deps),
    ...createPulls(deps),
    ...createRights(deps),
  };
}

/** A server may be set to smaller pages than the usual 50; a page of that size is then no last page. */
function onceKnown(client: GiteaClient): () => Promise<number> {
  let known: number | undefined;
  return async () => {
    known ??= await client
      .read(settingsAnswer, '/settings/api')
      .then((answer) => Math.min(answer.max_response_items, WANTED_PAGE_SIZE))
      .catch(() => undefined);
    return known ?? WANTED_PAGE_SIZE;
  };
}
