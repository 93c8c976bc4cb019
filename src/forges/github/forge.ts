// The GitHub adapter put together.
import type { Octokit } from '@octokit/rest';
import type { Forge } from '../forge.js';
import { baseUrl } from '../options.js';
import type { ForgeOptions } from '../options.js';
import { createRepoPaths } from '../renames.js';
import type { RepoPaths } from '../renames.js';
import { createAccess } from './access.js';
import type { Access } from './access.js';
import { createOctokit } from './client.js';
import { createIssues } from './issues.js';
import { createPulls } from './pulls.js';
import { createRights } from './rights.js';
import { createRepos, readRepoById, toRepo } from './repos.js';
import type { Place } from './translate.js';

export interface GithubDeps {
  readonly access: Access;
  /** Asks without saying who we are. */
  readonly nobody: Octokit;
  readonly paths: RepoPaths;
  readonly place: Place;
}

/** GitHub says 65,536 characters: a little is left for what is counted differently. */
const MAX_BODY_CHARS = 65_000;

/** github.com, GHE.com and GitHub Enterprise Server; with a token, or as an app. */
export function createGithubForge(options: ForgeOptions): Forge {
  const access = createAccess(options);
  const nobody = createOctokit(options, { header: async () => undefined, refused: () => {} });
  const place = { forge: options.name, url: baseUrl(options.url) };
  const paths = createRepoPaths({
    lookUp: async (id) => toRepo({ place }, await readRepoById({ access }, id)),
    onRename: (repo) => {
      options.log?.info('forge.repo-renamed', { forge: options.name, id: repo.ref.id, path: repo.ref.path });
      options.onRename?.(repo);
    },
  });
  const deps: GithubDeps = { access, nobody, paths, place };
  return {
    name: options.name,
    kind: 'github',
    maxBodyChars: MAX_BODY_CHARS,
    ...createRepos(deps),
    ...createIssues(deps),
    ...createPulls(deps),
    ...createRights(deps),
  };
}
