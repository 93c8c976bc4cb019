// Credentials that stand in the settings themselves, such as those of an agent's providers and MCP servers: told to the masker.
import { SHORTEST_SECRET, type Masker } from '../support/mask.js';
import { isRecord } from './tree.js';

/** Names of headers, variables, options and settings whose value is a credential: `Authorization`, `x-api-key`, `GITHUB_TOKEN_2`. */
const CREDENTIAL =
  /(?:key|token|secret|passw(?:or)?d|passphrase|authorization|cookie|credential|auth|bearer|pat)s?(?:[_-]?\d+)?$/i;
/** An option whose value is the next argument. */
const OPTION = /^--?[A-Za-z][\w-]*$/;
/** Stands for a value that is read elsewhere. */
const REFERENCE = /^(?:\$\{\w+\}|\{(?:env|file):[^}]*\})$/;
/** What people write where no key is needed: masking a word such as `unused` would hide it from every text. */
const PLACEHOLDER = /^(?:[a-z]{1,12}|not-needed|no-key)$/i;

interface Place {
  /** The name that says what the value is. */
  readonly name: string;
  readonly value: unknown;
  /** Among headers, or below a credential's name (`apiKey: { value: … }`): whatever its own name is, the value decides. */
  readonly isSuspect?: boolean;
}

/** By the shape of use, at any depth: the name it stands under, the option before it, its place in an address or a command. */
export function registerWrittenSecrets(settings: unknown, masker: Pick<Masker, 'add'>): void {
  const waiting: Place[] = [{ name: '', value: settings }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value } = next;
    if (typeof value === 'string') {
      for (const secret of foundIn(next, value))
        if (secret.length >= SHORTEST_SECRET && !PLACEHOLDER.test(secret)) masker.add(secret);
    } else waiting.push(...partsWithin(next));
  }
}

function foundIn({ name, isSuspect }: Place, value: string): string[] {
  const isCredential = CREDENTIAL.test(name) || (isSuspect === true && looksRandom(value));
  return [...(isCredential ? partsOf(value) : []), ...inAddresses(value)];
}

function partsWithin({ name, value }: Place): Place[] {
  if (Array.isArray(value))
    return value.map((inner: unknown, at) => {
      const before: unknown = value[at - 1];
      return { name: typeof before === 'string' && OPTION.test(before) ? before : name, value: inner };
    });
  if (!isRecord(value)) return [];
  const isSuspect = name.toLowerCase() === 'headers' || CREDENTIAL.test(name);
  return Object.entries(value).map(([key, inner]) => ({ name: key, value: inner, isSuspect }));
}

/** As keys are made: one long word of letters and digits. Not an address, a type such as `application/json`, or a sentence. */
function looksRandom(value: string): boolean {
  return /^[\w.~+=:-]{12,}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value);
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

/**
 * `https://user:PASSWORD@host/?token=SECRET`, `https://SECRET@host`, and in arguments `--api-key=SECRET`, `TOKEN='SECRET'`,
 * `"token": "SECRET"`, `Authorization: Bearer SECRET`.
 */
function inAddresses(value: string): string[] {
  const users = [...value.matchAll(/:\/\/([^\s/:@]+)(?::([^\s/@]+))?@/g)].flatMap(([, user = '', password]) =>
    password === undefined ? [user].filter(looksRandom) : [password],
  );
  const named = [
    ...value.matchAll(/([\w.-]+)=["']?([^\s&#"']+)/g),
    ...value.matchAll(/([\w-]+)["']?:\s*["']?((?:\w+\s+)?[^\s"',}]+)/g),
  ];
  const queries = named.flatMap(([, name = '', secret = '']) =>
    CREDENTIAL.test(name) ? partsOf(secret) : [],
  );
  return [...users, ...queries].filter((secret) => !REFERENCE.test(secret)).flatMap(decoded);
}

function decoded(secret: string): string[] {
  try {
    return [secret, decodeURIComponent(secret)];
  } catch {
    return [secret];
  }
}
