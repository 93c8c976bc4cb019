// Who a request is: decided here and nowhere else, for each request anew.
import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type { Operator } from '../../domain/principal.js';
import type { SubjectRef } from '../../domain/refs.js';
import type { ApiToken, Tokens } from '../../store/api.js';
import { sha256 } from '../../support/hash.js';
import { mayOperate, type Audience } from '../../verbs/authorize.js';
import type { ListenerBindings } from '../http/listen.js';
import { forbidden, unauthorized } from './problems.js';

export interface Caller {
  readonly principal: Operator;
  /** Of the token; `local` at the socket. */
  readonly id: string;
  /** When the token ends by itself. */
  readonly expiresAt: number | undefined;
}

export interface ApiEnv {
  /** `local`: it came through the socket in the home. */
  Bindings: ListenerBindings & { readonly local: boolean };
  Variables: { caller: Caller };
}

export interface CallerDeps {
  readonly tokens: Pick<Tokens, 'byHash' | 'used'>;
  readonly now: () => number;
}

/** Whoever may open the socket may do everything: its file is for this user alone. */
const LOCAL: Caller = {
  principal: { kind: 'operator', name: 'local', scope: 'admin', repos: undefined },
  id: 'local',
  expiresAt: undefined,
};

/** A write a minute for each token is enough to see which are used. */
const USED_EVERY_MS = 60_000;

/** Throws the same 401 for a token that is missing, unknown, expired or revoked. */
export async function callerOf(
  deps: CallerDeps,
  on: { readonly local: boolean; readonly authorization: string | undefined },
): Promise<Caller> {
  if (on.local) return LOCAL;
  const [, text] = /^Bearer +([\w-]{20,200})$/i.exec(on.authorization ?? '') ?? [];
  const token = text === undefined ? undefined : await deps.tokens.byHash(sha256(text));
  const now = deps.now();
  if (token === undefined || stateOf(token, now) !== 'valid') throw unauthorized();
  if (now - (token.usedAt ?? -Infinity) > USED_EVERY_MS) await deps.tokens.used(token.id, now);
  const { id, name, scope, repos, expiresAt } = token;
  return { principal: { kind: 'operator', name, scope, repos }, id, expiresAt };
}

export function stateOf({ revokedAt, expiresAt }: ApiToken, now: number): 'valid' | 'expired' | 'revoked' {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'valid';
}

/** 256 random bits behind a word by which scanners for secrets find it. */
export function newTokenText(): string {
  return `kgt_${randomBytes(32).toString('base64url')}`;
}

/** What belongs to no single repository is not for those who are narrowed to some. Throws the 403 that says nothing. */
export function mustBeAllowed(c: Context<ApiEnv>, audience: Audience, subject?: SubjectRef): Operator {
  const { principal } = c.get('caller');
  if (!mayOperate(principal, audience, subject).allowed) throw forbidden();
  return principal;
}
