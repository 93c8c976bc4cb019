// Who is behind an Authorization header, in all the ways the forges accept a token.
import { findToken } from './state.js';
import type { State } from './state.js';
import type { Account, Token } from './types.js';

export type Identity =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'known'; readonly account: Account; readonly token: Token }
  | { readonly kind: 'bad' };

/** `token X`, `Bearer X`, Basic with the token as password, or as user with an empty or `x-oauth-basic` password. */
export function identify(state: State, header: string | undefined): Identity {
  if (header === undefined || header === '') return { kind: 'anonymous' };
  for (const candidate of candidates(header)) {
    const found = findToken(state, candidate);
    if (found !== undefined) return { kind: 'known', ...found };
  }
  return { kind: 'bad' };
}

function candidates(header: string): string[] {
  const space = header.indexOf(' ');
  const scheme = header.slice(0, space);
  const rest = header.slice(space + 1).trim();
  if (/^(token|bearer)$/i.test(scheme)) return [rest];
  if (!/^basic$/i.test(scheme)) return [];
  const text = Buffer.from(rest, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const user = text.slice(0, colon);
  const password = text.slice(colon + 1);
  return password === '' || password === 'x-oauth-basic' ? [user] : [password];
}
