// As whom to ask GitHub: one account's token everywhere, or an app through its installation at the owner of a repository.
import type { Octokit } from '@octokit/rest';
import type { RepoRef } from '../../domain/refs.js';
import { ForgeError } from '../forge.js';
import type { ForgeOptions } from '../options.js';
import { createOctokit } from './client.js';
import { toForgeError } from './errors.js';
import { createInstallations } from './installations.js';
import { appJwt, createInstallationTokens } from './tokens.js';
import type { AppKey, OnMinted } from './tokens.js';

export interface Access {
  /** Undefined in token mode. */
  readonly app: Octokit | undefined;
  forPath(path: string): Promise<Octokit>;
  /** Everyone who might see the repository with this id, the likeliest first. */
  forAnyone(): AsyncIterable<Octokit>;
  /** Password for git: of an app narrowed to this repository and to its contents. */
  gitToken(repo: RepoRef, need: 'read' | 'write'): Promise<string>;
}

export function createAccess(options: ForgeOptions): Access {
  switch (options.auth.kind) {
    case 'app':
      return appAccess(options, options.auth);
    case 'token':
      return tokenAccess(options, options.auth.token);
  }
}

function tokenAccess(options: ForgeOptions, token: string): Access {
  const octokit = createOctokit(options, {
    header: async () => (token === '' ? undefined : `token ${token}`),
    refused: () => {},
  });
  return {
    app: undefined,
    forPath: async () => octokit,
    async *forAnyone() {
      yield octokit;
    },
    gitToken: async () => token,
  };
}

function appAccess(options: ForgeOptions, key: AppKey): Access {
  const onMinted: OnMinted = (secret, untilMs) => options.onMinted?.(secret, untilMs);
  const header = async (): Promise<string> => `bearer ${await appJwt(key, onMinted)}`;
  const app = createOctokit(options, { header, refused: () => {} });
  const installations = createInstallations(app);
  const tokens = createInstallationTokens(app, onMinted);
  const octokits = new Map<number, Octokit>();

  return {
    app,
    forPath: async (path) => octokitOf(await installations.at(path)),
    async *forAnyone() {
      for await (const id of installations.all()) yield octokitOf(id);
    },
    gitToken: async (repo, need) => {
      const installationId = await installations.at(repo.path);
      return token({ installationId, repositoryId: Number(repo.id), contents: need });
    },
  };

  function octokitOf(installationId: number): Octokit {
    const found = octokits.get(installationId);
    if (found !== undefined) return found;
    const octokit = createOctokit(options, {
      header: async () => `token ${await token({ installationId })}`,
      refused: () => tokens.forget({ installationId }),
    });
    octokits.set(installationId, octokit);
    return octokit;
  }

  /** An app that was removed and installed again has another installation: look it up next time. */
  async function token(wish: Parameters<typeof tokens.get>[0]): Promise<string> {
    try {
      return await tokens.get(wish);
    } catch (error) {
      const failed = toForgeError(error, 'ask for a token of the installation');
      if (failed instanceof ForgeError && failed.code === 'not_found')
        installations.forget(wish.installationId);
      throw failed;
    }
  }
}
