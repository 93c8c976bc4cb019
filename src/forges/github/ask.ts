// One question to GitHub about a repository: as the right one, its answer checked, its refusals as ForgeError.
import type { Octokit } from '@octokit/rest';
import type { z } from 'zod';
import { ForgeError } from '../forge.js';
import type { Access } from './access.js';
import { toForgeError } from './errors.js';

export interface At {
  readonly owner: string;
  readonly repo: string;
}

type Call = (octokit: Octokit, at: At) => Promise<{ readonly data: unknown }>;

/**
 * @param what the question in words, for messages, e.g. `read the issue`
 * @throws ForgeError, and MovedError for the one who knows the repository's id
 */
export async function ask<T>(
  access: Access,
  path: string,
  what: string,
  schema: z.ZodType<T>,
  call: Call,
): Promise<T> {
  const [owner = '', repo = ''] = path.split('/');
  return answerOf(what, schema, async () => call(await access.forPath(path), { owner, repo }));
}

/** The same for what belongs to no repository. */
export async function answerOf<T>(
  what: string,
  schema: z.ZodType<T>,
  call: () => Promise<{ readonly data: unknown }>,
): Promise<T> {
  const { data } = await call().catch((error: unknown) => {
    throw toForgeError(error, what);
  });
  const read = schema.safeParse(data);
  if (read.success) return read.data;
  const [first] = read.error.issues;
  const where = first === undefined ? '' : `: ${first.path.join('.')}: ${first.message}`;
  throw new ForgeError('unavailable', `the answer to "${what}" cannot be read${where}`);
}
