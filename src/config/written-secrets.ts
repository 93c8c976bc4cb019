// Credentials that stand in the settings themselves, such as those of an agent's providers and MCP servers: told to the masker.
import { SHORTEST_SECRET, type Masker } from '../support/mask.js';
import { isRecord } from './tree.js';

/** Names of headers, variables and settings whose value is a credential: `Authorization`, `x-api-key`, `GITHUB_TOKEN`. */
const CREDENTIAL =
  /(?:key|token|secret|passw(?:or)?d|passphrase|authorization|cookie|credentials?|auth|bearer|pat)$/i;
/** Stands for a value that is read elsewhere. */
const REFERENCE = /^(?:\$\{\w+\}|\{(?:env|file):[^}]*\})$/;
/** What people write where no key is needed: masking a word such as `unused` would hide it from every text. */
const PLACEHOLDER = /^(?:[a-z]{1,12}|not-needed|no-key)$/i;

/** By the shape of use, at any depth: the name it stands under, or its place in an address. */
export function registerWrittenSecrets(settings: unknown, masker: Pick<Masker, 'add'>): void {
  const waiting: { name: string; value: unknown }[] = [{ name: '', value: settings }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { name, value } = next;
    if (typeof value === 'string') {
      const found = [...(CREDENTIAL.test(name) ? partsOf(value) : []), ...inAddresses(value)];
      for (const secret of found)
        if (secret.length >= SHORTEST_SECRET && !PLACEHOLDER.test(secret)) masker.add(secret);
    } else if (Array.isArray(value)) waiting.push(...value.map((inner: unknown) => ({ name, value: inner })));
    else if (isRecord(value))
      for (const [key, inner] of Object.entries(value)) waiting.push({ name: key, value: inner });
  }
}

/** The whole, without its scheme (`Bearer …`), and what `Basic …` holds. */
function partsOf(value: string): string[] {
  if (REFERENCE.test(value)) return [];
  const [, scheme, rest] = /^(basic|bearer|token)\s+(\S+)$/i.exec(value) ?? [];
  if (scheme === undefined || rest === undefined) return [value];
  if (REFERENCE.test(rest)) return [];
  if (scheme.toLowerCase() !== 'basic') return [rest];
  const pair = Buffer.from(rest, 'base64').toString('utf8');
  return [rest, pair, pair.slice(pair.indexOf(':') + 1)];
}

/** `https://user:PASSWORD@host/?token=SECRET`, and in arguments `--api-key=SECRET` and `Authorization: Bearer SECRET`. */
function inAddresses(value: string): string[] {
  const passwords = [...value.matchAll(/:\/\/[^\s/:@]*:([^\s/@]+)@/g)].map((match) => match[1] ?? '');
  const named = [
    ...value.matchAll(/([\w.-]+)=([^\s&#"']+)/g),
    ...value.matchAll(/([\w-]+):\s+((?:\w+\s+)?[^\s"']+)/g),
  ];
  const queries = named.flatMap(([, name = '', secret = '']) =>
    CREDENTIAL.test(name) ? partsOf(secret) : [],
  );
  return [...passwords, ...queries].filter((secret) => !REFERENCE.test(secret)).flatMap(decoded);
}

function decoded(secret: string): string[] {
  try {
    return [secret, decodeURIComponent(secret)];
  } catch {
    return [secret];
  }
}
