// Gitea: what our account and its token lack in the listed repositories, found out by reading alone.
import { ForgeError, type Forge } from '../forge.js';
import { MovedError } from '../renames.js';
import { toAsk, type Listed, type MissingRight, type RepoRights } from '../rights.js';
import { anyAnswer, repoAnswer, searchAnswer, userAnswer, type RepoAnswer } from './answers.js';
import type { GiteaDeps } from './forge.js';
import { fixOfScopes, lacking, scopesTold } from './scopes.js';

const READ = ['read:user', 'read:repository', 'read:issue'];
const WRITE = ['write:repository', 'write:issue'];
/** Open to few tokens: a refusal names the scopes of ours. Nothing needs to be there. */
const LOOK_FOR_REFUSAL = ['/orgs/kugetsu', '/notifications/new'];

interface Who {
  readonly account: string;
  /** Undefined: the forge did not tell; what it refuses to read shows. */
  readonly scopes: readonly string[] | undefined;
}

export async function readRights(deps: GiteaDeps, listed: Listed): Promise<RepoRights[]> {
  const who = { account: await accountName(deps), scopes: await readScopes(deps) };
  const seen = listed.patterns.length === 0 ? [] : await readSeen(deps);
  const { paths, inVain } = toAsk(listed, seen);
  const found: RepoRights[] = [];
  for (const path of paths) found.push(await rightsAt(deps, who, path));
  return [...found, ...inVain.map((path) => unseen(who, path))];
}

async function rightsAt(deps: GiteaDeps, who: Who, path: string): Promise<RepoRights> {
  try {
    const repo = await deps.client.read(repoAnswer, `/repos/${path}`);
    const refused = who.scopes === undefined ? await refusedToRead(deps, path) : [];
    return { path, missing: [...missingScopes(who, refused), ...missingAccess(who, repo)] };
  } catch (error) {
    const scope = lacking(error);
    if (scope !== undefined) return { path, missing: missingScopes(who, [scope]) };
    const hidden = error instanceof ForgeError && ['not_found', 'forbidden'].includes(error.code);
    // A redirect: the repository was renamed, and is listed by its old name.
    if (!hidden && !(error instanceof MovedError)) throw error;
    return unseen(who, path);
  }
}

/** @param path of a repository, or a rule with `*` */
function unseen(who: Who, path: string): RepoRights {
  const scopes = missingScopes(who, []);
  if (scopes.some(({ right }) => right === 'read')) return { path, missing: scopes };
  const fix = `check how it is written in \`repos\`, and give ${who.account} access to it`;
  return { path, missing: [{ right: 'see', fix }, ...scopes] };
}

function missingScopes({ scopes }: Who, refused: readonly string[]): MissingRight[] {
  const lacks = (wanted: string): boolean =>
    refused.includes(wanted) ||
    (scopes !== undefined &&
      ![wanted, wanted.replace('read:', 'write:'), 'all'].some((one) => scopes.includes(one)));
  const toRead = READ.filter(lacks);
  const toWrite = WRITE.filter(lacks);
  return [
    ...(toRead.length === 0 ? [] : [{ right: 'read', fix: fixOfScopes(toRead) } as const]),
    ...(toWrite.length === 0 ? [] : [{ right: 'write', fix: fixOfScopes(toWrite) } as const]),
  ];
}

function missingAccess({ account }: Who, { full_name: path, permissions }: RepoAnswer): MissingRight[] {
  // A forge that does not tell is believed.
  if (permissions === undefined || permissions === null) return [];
  const toWrite = { right: 'write', fix: `give ${account} write access to ${path}` } as const;
  const toAsk = { right: 'ask permissions', fix: `make ${account} an administrator of ${path}` } as const;
  return [...(permissions.push ? [] : [toWrite]), ...(permissions.admin ? [] : [toAsk])];
}

async function accountName({ client }: GiteaDeps): Promise<string> {
  try {
    return (await client.read(userAnswer, '/user')).login;
  } catch (error) {
    if (lacking(error) === undefined) throw error;
    return 'the account of the token';
  }
}

async function readScopes({ client }: GiteaDeps): Promise<readonly string[] | undefined> {
  for (const path of LOOK_FOR_REFUSAL) {
    try {
      await client.read(anyAnswer, path);
    } catch (error) {
      const told = scopesTold(error);
      if (told !== undefined) return told;
      if (error instanceof MovedError) continue;
      if (!(error instanceof ForgeError) || !['not_found', 'forbidden'].includes(error.code)) throw error;
    }
  }
  return undefined;
}

async function refusedToRead({ client }: GiteaDeps, path: string): Promise<string[]> {
  try {
    await client.read(anyAnswer, `/repos/${path}/issues`, { limit: 1 });
    return [];
  } catch (error) {
    const scope = lacking(error);
    if (scope === undefined) throw error;
    return [scope];
  }
}

/** The first page of what the account sees, the last changed first. */
async function readSeen({ client }: GiteaDeps): Promise<string[]> {
  try {
    const query = { limit: 50, sort: 'updated', order: 'desc' };
    const { data } = await client.read(searchAnswer, '/repos/search', query);
    return data.map((repo) => repo.full_name);
  } catch (error) {
    if (lacking(error) === undefined) throw error;
    return [];
  }
}

export function createRights(deps: GiteaDeps): Pick<Forge, 'rights'> {
  return { rights: (listed) => readRights(deps, listed) };
}
