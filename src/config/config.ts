// What the rest of kugetsu sees of the configuration: checked, defaults filled in, secrets read.
import type { ForgeKind } from './forge-kinds.js';
import type { AgentConfig, ConfigFile } from './schema.js';

/** Secrets in here are plain strings; the masker given to `loadConfig` knows each of them. */
export interface Config {
  /** Absolute; every relative path of the file is resolved against it. */
  readonly home: string;
  readonly server: {
    readonly listen: Address;
    readonly admin: Address;
    /** Whether `admin` may be an address that others can reach. */
    readonly adminPublic: boolean;
    /** Without a slash at the end. */
    readonly publicUrl: string | undefined;
    /** Addresses and ranges (`10.0.0.0/8`) whose X-Forwarded-For is believed. */
    readonly trustedProxies: readonly string[];
  };
  readonly forges: readonly ForgeConfig[];
  readonly repos: ConfigFile['repos'];
  readonly trigger: ConfigFile['trigger'];
  /** Name of the default one; it is in `agents`. */
  readonly agent: string;
  readonly agents: Readonly<Record<string, AgentConfig>>;
  readonly sandbox: ConfigFile['sandbox'];
  readonly limits: ConfigFile['limits'] & { readonly perRepo: number };
  readonly branches: ConfigFile['branches'];
  readonly retention: ConfigFile['retention'];
  readonly git: ConfigFile['git'];
  readonly environment: EnvironmentSettings;
}

export interface Address {
  /** An IPv6 address is without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface ForgeConfig {
  readonly name: string;
  readonly kind: ForgeKind;
  /** Without a slash at the end, like `apiUrl`. */
  readonly url: string;
  readonly apiUrl: string;
  readonly auth: ForgeAuth;
  /** At least one; several while the secret is being changed. */
  readonly webhookSecrets: readonly [string, ...string[]];
}

export type ForgeAuth =
  | { readonly kind: 'token'; readonly token: string }
  /** `privateKey` is PEM. */
  | { readonly kind: 'app'; readonly id: number; readonly privateKey: string };

/** Settings that only the environment has: names of the earlier tool without a place in config.yaml. */
export interface EnvironmentSettings {
  /** How much the PM agent tells. */
  readonly verbosity: 'quiet' | 'default' | 'verbose';
  /** Folder in which each task gets its TMPDIR; undefined means the system's. */
  readonly tempDir: string | undefined;
  /** Whether `destroy` and `prune` ask the forge first. */
  readonly checkPullRequests: boolean;
  readonly reconcileMinutes: number;
}

export type { AgentConfig };
