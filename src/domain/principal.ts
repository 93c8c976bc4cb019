// Who asks, in every door. Authorised once, by principal, verb and repository. Pure.
import type { Actor, Permission } from './refs.js';

/** What a token may do: see, give orders, and what only administrators may. Each includes the one before. */
export type Scope = 'read' | 'act' | 'admin';

export interface Operator {
  readonly kind: 'operator';
  /** Of the token; `local` at the socket. */
  readonly name: string;
  readonly scope: Scope;
  /** Patterns as in `repos` of the config; undefined: every repository of the config. */
  readonly repos: readonly string[] | undefined;
}

export type Principal =
  /** An account of the forge where the subject is. */
  | {
      readonly kind: 'account';
      readonly actor: Actor;
      /** What the delivery itself proves of its permission, where it does. */
      readonly proven: Permission | undefined;
    }
  /** Whoever may open the local socket, or holds a token of the API. */
  | Operator
  /** A review, a failed check, the reconciler, on behalf of somebody. */
  | { readonly kind: 'rule'; readonly rule: string; readonly for: Actor };

const SCOPES: Readonly<Record<Scope, number>> = { read: 0, act: 1, admin: 2 };

export function includes(has: Scope, needed: Scope): boolean {
  return SCOPES[has] >= SCOPES[needed];
}

/** Who ended something, in words: a login, or with spaces what is no account of the forge. */
export function enderOf({ kind, login }: Actor): string {
  return kind === 'operator' ? `over the API, by ${login}` : login;
}

/** How a task remembers who asked for it. */
export function actorOf(principal: Principal): Actor {
  switch (principal.kind) {
    case 'account':
      return principal.actor;
    case 'operator':
      return { id: `operator:${principal.name}`, login: principal.name, kind: 'operator' };
    case 'rule':
      return principal.for;
  }
}
