// Reads the secrets of one forge from files and from the environment, and tells the masker each of them.
import { createPrivateKey } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Masker } from '../support/mask.js';
import type { ForgeAuth } from './config.js';
import { printOf } from './file-print.js';
import type { Environment } from './home.js';
import type { Finding, Path } from './problem.js';
import { forge as forgeSchema } from './schema.js';
import type { ForgeEntry } from './schema.js';
import { isRecord } from './tree.js';
import { describeError } from '../support/errors.js';

export interface SecretSources {
  readonly home: string;
  readonly env: Environment;
  readonly masker: Pick<Masker, 'add'>;
  /** Takes the print of each file that is read. */
  readonly prints: Map<string, string>;
}

/** Undefined parts have a finding that says why. */
export interface ForgeSecrets {
  readonly auth: ForgeAuth | undefined;
  readonly webhookSecrets: readonly string[];
}

const SHORTEST_TOKEN = 8;
/** A shorter one can be guessed from one delivery that somebody has seen. */
const SHORTEST_WEBHOOK_SECRET = 16;
const LARGEST_FILE_BYTES = 64 * 1024;

const FIELDS = ['token', 'tokenFile', 'app', 'webhookSecretFiles', 'webhookSecrets'] as const;

export type SecretFields = Partial<Pick<ForgeEntry, (typeof FIELDS)[number]>>;

/** Those that are right by themselves: a mistake elsewhere in the entry must not hide one in its secrets. */
export function secretFieldsOf(entry: unknown): SecretFields {
  if (!isRecord(entry)) return {};
  const right = FIELDS.filter((key) => forgeSchema.shape[key].safeParse(entry[key]).success);
  return Object.fromEntries(right.map((key) => [key, entry[key]]));
}

/** @param at where the forge stands in the file, for the findings */
export function readForgeSecrets(
  forge: SecretFields,
  at: Path,
  sources: SecretSources,
  findings: Finding[],
): ForgeSecrets {
  const read = (source: 'file' | 'variable', written: string, path: Path, shortest: number) =>
    readSecret(source, written, shortest, path, sources, findings);
  const hooks = [
    ...(forge.webhookSecretFiles ?? []).map((file, index) =>
      read('file', file, [...at, 'webhookSecretFiles', index], SHORTEST_WEBHOOK_SECRET),
    ),
    ...(forge.webhookSecrets ?? []).map((reference, index) =>
      read('variable', reference, [...at, 'webhookSecrets', index], SHORTEST_WEBHOOK_SECRET),
    ),
  ];
  return { auth: readAuth(), webhookSecrets: hooks.filter((secret) => secret !== undefined) };

  function readAuth(): ForgeAuth | undefined {
    if (forge.app !== undefined) {
      const path = [...at, 'app', 'privateKeyFile'];
      const privateKey = read('file', forge.app.privateKeyFile, path, 1);
      if (privateKey === undefined || !isPrivateKey(privateKey, path, findings)) return undefined;
      return { kind: 'app', id: forge.app.id, privateKey };
    }
    const token =
      forge.tokenFile === undefined
        ? forge.token && read('variable', forge.token, [...at, 'token'], SHORTEST_TOKEN)
        : read('file', forge.tokenFile, [...at, 'tokenFile'], SHORTEST_TOKEN);
    return token === undefined ? undefined : { kind: 'token', token };
  }
}

function readSecret(
  source: 'file' | 'variable',
  written: string,
  shortest: number,
  path: Path,
  sources: SecretSources,
  findings: Finding[],
): string | undefined {
  const { home, env, masker } = sources;
  const result =
    source === 'file' ? readSecretFile(resolve(home, written), sources) : readVariable(written, env);
  if ('message' in result) {
    findings.push({ path, ...result });
    return undefined;
  }
  const { secret } = result;
  if (secret.length < shortest) {
    findings.push({
      path,
      message: `the secret has ${secret.length} characters; at least ${shortest} are needed`,
      fix: howToMake(source, written, home, path),
    });
    return undefined;
  }
  if (secret.length >= SHORTEST_TOKEN) masker.add(secret);
  return secret;
}

type Read = { readonly secret: string } | { readonly message: string; readonly fix: string };

function readSecretFile(file: string, { prints }: Pick<SecretSources, 'prints'>): Read {
  prints.set(file, printOf(file));
  try {
    const stat = statSync(file);
    if (!stat.isFile()) return { message: `${file} is not a file`, fix: 'name a file that holds the secret' };
    if ((stat.mode & 0o077) !== 0) {
      return { message: `${file} can be read by other users of this machine`, fix: `run chmod 600 ${file}` };
    }
    if (stat.size > LARGEST_FILE_BYTES) {
      return {
        message: `${file} is too large for a secret`,
        fix: 'name a file that holds nothing but the secret',
      };
    }
    return { secret: readFileSync(file, 'utf8').replace(/\r?\n$/, '') };
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing)
      return { message: `${file} does not exist`, fix: `write the secret into it and run chmod 600 ${file}` };
    return {
      message: `${file} cannot be read: ${describeError(error)}`,
      fix: 'make it readable for this user',
    };
  }
}

/** @param reference `${NAME}`, or `${file:PATH}` relative to the home */
export function readReference(reference: string, sources: SecretSources): Read {
  const { home, env } = sources;
  const file = /^\$\{file:([^}]+)\}$/.exec(reference)?.[1];
  return file === undefined ? readVariable(reference, env) : readSecretFile(resolve(home, file), sources);
}

/** @param reference `${NAME}` */
function readVariable(reference: string, env: Environment): Read {
  const name = reference.slice(2, -1);
  const secret = env[name];
  if (secret) return { secret };
  return {
    message: `the environment has no ${name}`,
    fix: `set ${name}, or name a file with the secret instead`,
  };
}

function howToMake(source: 'file' | 'variable', written: string, home: string, path: Path): string {
  if (path.includes('token') || path.includes('tokenFile')) return 'copy the whole token from the forge';
  if (path.includes('privateKeyFile')) return 'download the private key of the App again';
  const make =
    source === 'file' ? `openssl rand -hex 32 > ${resolve(home, written)}` : 'openssl rand -hex 32';
  return `make one with \`${make}\` and give it to the webhook at the forge`;
}

function isPrivateKey(text: string, path: Path, findings: Finding[]): boolean {
  try {
    createPrivateKey(text);
    return true;
  } catch {
    findings.push({
      path,
      message: 'the file holds no private key in PEM form',
      fix: "download the key from the App's page and name that file",
    });
    return false;
  }
}
