// What a forge adapter is made from: the same for every kind of forge.
import type { Repo } from './forge.js';

export interface ForgeOptions {
  /** Name of the connection in the config. */
  readonly name: string;
  /** Where people open the forge, without a slash at the end; also the base of git's addresses. */
  readonly url: string;
  /** Where its API is. */
  readonly apiUrl: string;
  readonly auth: ForgeAuth;
  readonly log?: ForgeLog;
  /** Told each credential that is minted, with its end (epoch, ms), so that it is masked from then on. */
  readonly onMinted?: (secret: string, untilMs: number) => void;
  /** Told when a repository was found again by its id under another path. */
  readonly onRename?: (repo: Repo) => void;
  /** Of one request, its answer read to the end. 10 s by default. */
  readonly timeoutMs?: number;
  /** Wait before a read is tried again after a failure of the forge; grows with each try. 500 ms by default. */
  readonly retryDelayMs?: number;
}

export type ForgeAuth =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'app'; readonly appId: number; readonly privateKey: string };

/** The two methods of the log that adapters use. */
export interface ForgeLog {
  debug(event: string, fields?: Readonly<Record<string, unknown>>): void;
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

export const DEFAULT_TIMEOUT_MS = 10_000;
export const DEFAULT_RETRY_DELAY_MS = 500;

/** A configured address without slashes at its end. */
export function baseUrl(address: string): string {
  return address.replace(/\/+$/, '');
}
