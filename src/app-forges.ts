// Composition, forges: one adapter and one receiver per connection of the config.
import type { Config, ForgeConfig } from './config/config.js';
import type { Forge, Receiver } from './forges/forge.js';
import { createGiteaForge } from './forges/gitea/forge.js';
import { createGiteaReceiver } from './forges/gitea/receive.js';
import { createGithubForge } from './forges/github/forge.js';
import { createGithubReceiver } from './forges/github/receive.js';
import type { Repos } from './store/store.js';
import { describeError } from './support/errors.js';
import type { Log } from './support/log.js';
import type { Masker } from './support/mask.js';

export interface Connection {
  readonly forge: Forge;
  readonly receiver: Receiver;
  readonly secrets: readonly string[];
  readonly url: string;
}

export function connect(
  config: Config,
  repos: Pick<Repos, 'saw'>,
  log: Log,
  masker: Masker,
): ReadonlyMap<string, Connection> {
  return new Map(config.forges.map((entry) => [entry.name, connectOne(entry, repos, log, masker)]));
}

function connectOne(entry: ForgeConfig, repos: Pick<Repos, 'saw'>, log: Log, masker: Masker): Connection {
  const { name, kind, url, apiUrl, auth } = entry;
  const options = {
    name,
    url,
    apiUrl,
    auth:
      auth.kind === 'token'
        ? ({ kind: 'token', token: () => auth.token } as const)
        : ({ kind: 'app', appId: auth.id, privateKey: () => auth.privateKey } as const),
    log: log.child({ forge: name }),
    onMinted: (secret: string, untilMs: number) => masker.add(secret, { untilMs }),
    onRename: (repo: { ref: Parameters<Repos['saw']>[0] }) => {
      repos
        .saw(repo.ref)
        .catch((error: unknown) => log.warn('repo.rename_not_saved', { why: describeError(error) }));
    },
  };
  const secrets = entry.webhookSecrets;
  return kind === 'gitea'
    ? { forge: createGiteaForge(options), receiver: createGiteaReceiver({ url }), secrets, url }
    : { forge: createGithubForge(options), receiver: createGithubReceiver({ url }), secrets, url };
}
