// Who kugetsu is at GitHub: the account of the token, or the bot account that belongs to the app.
import type { Forge } from '../forge.js';
import { MovedError, wrongAddress } from '../renames.js';
import { accountAnswer, appAnswer } from './answers.js';
import { answerOf } from './ask.js';
import type { GithubDeps } from './forge.js';
import type { RawAccount } from './schemas.js';
import { toActor } from './translate.js';

/** @throws ForgeError */
export async function readSelf(deps: GithubDeps): Promise<Awaited<ReturnType<Forge['self']>>> {
  try {
    const raw = deps.access.app === undefined ? await readUser(deps) : await readBot(deps, deps.access.app);
    return {
      ...toActor(raw),
      email: `${raw.id}+${raw.login}@users.noreply.${new URL(deps.place.url).hostname}`,
    };
  } catch (error) {
    throw error instanceof MovedError ? wrongAddress(error) : error;
  }
}

async function readUser(deps: GithubDeps): Promise<RawAccount> {
  const octokit = await deps.access.forPath('');
  return answerOf('read our own account', accountAnswer, () => octokit.rest.users.getAuthenticated());
}

/** An app may not ask as itself for accounts: any of its installations may. */
async function readBot(deps: GithubDeps, app: NonNullable<GithubDeps['access']['app']>): Promise<RawAccount> {
  const { slug } = await answerOf('read the app', appAnswer, () => app.rest.apps.getAuthenticated());
  for await (const octokit of deps.access.forAnyone()) {
    return answerOf('read the account of the app', accountAnswer, () =>
      octokit.rest.users.getByUsername({ username: `${slug}[bot]` }),
    );
  }
  return answerOf('read the account of the app', accountAnswer, () =>
    deps.nobody.rest.users.getByUsername({ username: `${slug}[bot]` }),
  );
}
