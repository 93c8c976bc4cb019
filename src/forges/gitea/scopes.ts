// Gitea and Forgejo: what a refusal tells of the scopes that a token has and lacks.
import { ForgeError } from '../forge.js';

const NEEDS = /required scope\(s\)\D{0,12}\[([a-z:,_-]+)\]/;
const HAS = /token scope=([a-z:,_-]*)/;

/** The scope for whose lack this was refused; undefined where it was refused, or failed, for another reason. */
export function lacking(error: unknown): string | undefined {
  if (!(error instanceof ForgeError) || error.code !== 'forbidden') return undefined;
  return scopeNeeded(error.message);
}

export function scopeNeeded(said: string): string | undefined {
  return NEEDS.exec(said)?.[1]?.split(',')[0];
}

/** All scopes of our token, where the refusal names them. */
export function scopesTold(error: unknown): readonly string[] | undefined {
  if (lacking(error) === undefined || !(error instanceof ForgeError)) return undefined;
  return HAS.exec(error.message)?.[1]?.split(',');
}

export function fixOfScopes(scopes: readonly string[]): string {
  return `make a token with the scope${scopes.length === 1 ? '' : 's'} ${scopes.join(', ')} too`;
}
