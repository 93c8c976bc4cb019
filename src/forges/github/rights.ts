// GitHub: what our account, token or app lacks in the listed repositories, found out by reading alone.
import type { Octokit } from '@octokit/rest';
import { ForgeError, type Forge } from '../forge.js';
import { MovedError, wrongAddress } from '../renames.js';
import { toAsk, type Listed, type MissingRight, type RepoRights } from '../rights.js';
import {
  accountAnswer,
  anyAnswer,
  installationAnswer,
  installedAnswer,
  repoRightsAnswer,
  reposAnswer,
} from './answers.js';
import { answerOf, ask } from './ask.js';
import { toForgeError } from './errors.js';
import type { GithubDeps } from './forge.js';

const PAGE = 100;
/** What an app needs to write. */
const APP_WRITES = { contents: 'Contents', issues: 'Issues', pull_requests: 'Pull requests' } as const;
const TOKEN_NEEDS =
  'a fine-grained token needs Contents, Issues and Pull requests: read and write, a classic one the scope repo';

export function createRights(deps: GithubDeps): Pick<Forge, 'rights'> {
  const { app } = deps.access;
  return {
    rights: (listed) => (app === undefined ? tokenRights(deps, listed) : appRights(deps, app, listed)),
  };
}

async function appRights(deps: GithubDeps, app: Octokit, listed: Listed): Promise<RepoRights[]> {
  const seen: string[] = [];
  if (listed.patterns.length > 0)
    for await (const octokit of deps.access.forAnyone()) {
      const wish = { per_page: PAGE };
      const answer = await answerOf('list the repositories of the app', installedAnswer, () =>
        octokit.request('GET /installation/repositories', wish),
      );
      seen.push(...answer.repositories.map((repo) => repo.full_name));
    }
  return await each(
    toAsk(listed, seen),
    async (path) => {
      const [owner = '', repo = ''] = path.split('/');
      const { permissions } = await answerOf('look for the installation of the app', installationAnswer, () =>
        app.rest.apps.getRepoInstallation({ owner, repo }),
      );
      const lacks = Object.entries(APP_WRITES).filter(([name]) => permissions[name] !== 'write');
      const names = lacks.map(([, name]) => `${name}: read and write`).join(', ');
      const fix = `give the app the repository permissions ${names}, and accept them at ${owner}`;
      const missing: MissingRight[] = lacks.length === 0 ? [] : [{ right: 'write', fix }];
      return { path, missing };
    },
    (path) => `install the app for ${path}, or check how it is written in \`repos\``,
  );
}

async function tokenRights(deps: GithubDeps, listed: Listed): Promise<RepoRights[]> {
  const octokit = await deps.access.forPath('');
  const { login, scopes } = await readAccount(octokit);
  const seen = listed.patterns.length === 0 ? [] : await readSeen(octokit);
  return await each(
    toAsk(listed, seen),
    async (at) => {
      const repo = await ask(deps.access, at, 'read the repository', repoRightsAnswer, (kit, where) =>
        kit.rest.repos.get({ ...where }),
      );
      const path = repo.full_name;
      const enough =
        scopes === undefined || scopes.includes('repo') || (!repo.private && scopes.includes('public_repo'));
      const refused = scopes === undefined && !(await mayReadIssues(deps, path));
      const scope: MissingRight[] = enough
        ? []
        : [{ right: 'write', fix: 'make a token with the scope repo too' }];
      const reading: MissingRight[] = refused ? [{ right: 'read', fix: TOKEN_NEEDS }] : [];
      return { path, missing: [...reading, ...scope, ...missingAccess(login, path, repo.permissions?.push)] };
    },
    (path) =>
      `check how it is written in \`repos\`, and give ${login} and its token access to ${path} (${TOKEN_NEEDS})`,
  );
}

/** Whoever may push may also ask who may do what. */
function missingAccess(login: string, path: string, push: boolean | undefined): MissingRight[] {
  const fix = `give ${login} write access to ${path}`;
  return push === false
    ? [
        { right: 'write', fix },
        { right: 'ask permissions', fix },
      ]
    : [];
}

async function each(
  { paths, inVain }: ReturnType<typeof toAsk>,
  look: (path: string) => Promise<RepoRights>,
  fixUnseen: (path: string) => string,
): Promise<RepoRights[]> {
  const found: RepoRights[] = [];
  for (const path of paths) {
    try {
      found.push(await look(path));
    } catch (error) {
      const hidden = error instanceof ForgeError && ['not_found', 'forbidden'].includes(error.code);
      // A redirect: the repository was renamed, and is listed by its old name.
      if (!hidden && !(error instanceof MovedError)) throw error;
      found.push({ path, missing: [{ right: 'see', fix: fixUnseen(path) }] });
    }
  }
  const unseen = inVain.map((path): RepoRights => ({
    path,
    missing: [{ right: 'see', fix: fixUnseen(path) }],
  }));
  return [...found, ...unseen];
}

async function readAccount(octokit: Octokit) {
  try {
    const { data, headers } = await octokit.rest.users.getAuthenticated();
    const scopes = headers['x-oauth-scopes']?.split(/, */);
    return { login: accountAnswer.parse(data).login, scopes };
  } catch (error) {
    const failed = toForgeError(error, 'read our own account');
    throw failed instanceof MovedError ? wrongAddress(failed) : failed;
  }
}

async function mayReadIssues(deps: GithubDeps, path: string): Promise<boolean> {
  try {
    await ask(deps.access, path, 'list the issues', anyAnswer, (octokit, at) =>
      octokit.rest.issues.listForRepo({ ...at, per_page: 1 }),
    );
    return true;
  } catch (error) {
    if (error instanceof ForgeError && ['forbidden', 'not_found'].includes(error.code)) return false;
    throw error;
  }
}

async function readSeen(octokit: Octokit): Promise<string[]> {
  const wish = { per_page: PAGE, sort: 'pushed' } as const;
  const repos = await answerOf('list our repositories', reposAnswer, () =>
    octokit.rest.repos.listForAuthenticatedUser(wish),
  );
  return repos.map((repo) => repo.full_name);
}
