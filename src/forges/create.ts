// Config → connections: one adapter and one receiver per forge of the config.
import { isDeepStrictEqual } from 'node:util';
import type { Config, ForgeConfig } from '../config/config.js';
import type { Forge, Receiver } from './forge.js';
import type { ForgeOptions } from './options.js';
import { createGiteaForge } from './gitea/forge.js';
import { createGiteaReceiver } from './gitea/receive.js';
import { createGithubForge } from './github/forge.js';
import { createGithubReceiver } from './github/receive.js';
import type { RepoRef } from '../domain/refs.js';
import { describeError } from '../support/errors.js';
import type { Log } from '../support/log.js';
import type { Masker } from '../support/mask.js';

export interface Connection {
  readonly forge: Forge;
  readonly receiver: Receiver;
  /** Of its webhook; several while one is being changed. */
  readonly secrets: readonly string[];
}

/** The forges of the config, by name. */
export interface Forges {
  names(): readonly string[];
  /** Undefined for a name that is not in the config. */
  connection(name: string): Connection | undefined;
  get(name: string): Forge | undefined;
}

export interface ForgesDeps {
  readonly log: Log;
  readonly masker: Pick<Masker, 'add'>;
  /** A repository was found again by its id under another path. */
  readonly saw: (repo: RepoRef) => Promise<void>;
}

/** @param config as it is now: a connection, with all it remembers, is made anew when its entry has changed. */
export function createForges(config: () => Pick<Config, 'forges'>, deps: ForgesDeps): Forges {
  const made = new Map<string, { entry: ForgeConfig; connection: Connection }>();
  function connection(name: string): Connection | undefined {
    const entry = config().forges.find((one) => one.name === name);
    if (entry === undefined) return undefined;
    const known = made.get(name);
    if (known !== undefined && isDeepStrictEqual(known.entry, entry)) return known.connection;
    const fresh = connect(entry, deps);
    made.set(name, { entry, connection: fresh });
    return fresh;
  }
  return {
    names: () => config().forges.map(({ name }) => name),
    connection,
    get: (name) => connection(name)?.forge,
  };
}

function connect(entry: ForgeConfig, deps: ForgesDeps): Connection {
  const { url, webhookSecrets: secrets } = entry;
  const options = optionsOf(entry, deps);
  switch (entry.kind) {
    case 'gitea':
      return { forge: createGiteaForge(options), receiver: createGiteaReceiver({ url }), secrets };
    case 'github':
      return { forge: createGithubForge(options), receiver: createGithubReceiver({ url }), secrets };
  }
}

function optionsOf({ name, url, apiUrl, auth }: ForgeConfig, deps: ForgesDeps): ForgeOptions {
  const log = deps.log.child({ forge: name });
  return {
    name,
    url,
    apiUrl,
    auth: authOf(auth),
    log,
    onMinted: (secret, untilMs) => deps.masker.add(secret, { untilMs }),
    onRename: ({ ref }) => {
      deps
        .saw(ref)
        .catch((error: unknown) => log.warn('repo.rename_not_saved', { why: describeError(error) }));
    },
  };
}

function authOf(auth: ForgeConfig['auth']): ForgeOptions['auth'] {
  switch (auth.kind) {
    case 'token':
      return { kind: 'token', token: auth.token };
    case 'app':
      return { kind: 'app', appId: auth.id, privateKey: auth.privateKey };
  }
}
