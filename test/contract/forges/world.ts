// A forge with people in it, for the contract suite: practice or real, GitHub's or Gitea's.
import type { RepoRef } from '../../../src/domain/refs.js';
import type { Forge } from '../../../src/forges/forge.js';
import type { ForgeOptions } from '../../../src/forges/options.js';

/** `admin` owns the organisation; `maintainer` may write, `reader` may read; `stranger` has no part in it. */
export type Role = 'admin' | 'maintainer' | 'reader' | 'stranger';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A call of the forge's own API as somebody; `path` begins behind `/api/v1` or `/api/v3`. */
export type Call = (method: string, path: string, body?: object) => Promise<Answer>;

/** Only the practice forge can be told to misbehave. */
export interface Faults {
  /** Once, to the next request of kugetsu that fits. */
  next(wish: {
    readonly method: 'GET' | 'POST' | 'PATCH';
    readonly path: string;
    readonly effect: FaultEffect;
  }): Promise<void>;
  /** Requests that came since the world was opened, of the path that fits. */
  count(method: string, path: RegExp): Promise<number>;
}

export type FaultEffect =
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'fail'; readonly status: number }
  | { readonly kind: 'rate_limit'; readonly retryAfterSeconds: number }
  | { readonly kind: 'fail_after'; readonly status: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'cut_after' };

export interface World {
  readonly kind: Forge['kind'];
  /** kugetsu's adapter, as its own account: an administrator of the repositories. */
  forge(change?: Partial<ForgeOptions>): Forge;
  /** The adapter with somebody else's token, or with one that opens nothing. */
  forgeOf(who: Role | 'nobody'): Forge;
  readonly login: Readonly<Record<Role | 'bot', string>>;
  as(role: Role): Call;
  /** A public repository of the organisation, with a README on `main`, of this case alone. */
  makeRepo(name?: string): Promise<RepoRef>;
  /** Address for git with somebody's password in it. */
  gitUrl(role: Role, path: string): string;
  readonly faults: Faults | undefined;
  close(): Promise<void>;
}

/** One promise of the interface, checked at one world. */
export interface Case {
  readonly name: string;
  readonly run: (world: World) => Promise<void>;
}
