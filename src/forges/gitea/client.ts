// Gitea's HTTP API: one request, its answer checked, its refusals as ForgeError.
import type { z } from 'zod';
import { ForgeError } from '../forge.js';
import { fetchWhole, TimeoutError } from '../http.js';
import type { Answer } from '../http.js';
import { baseUrl, DEFAULT_RETRY_DELAY_MS, DEFAULT_TIMEOUT_MS } from '../options.js';
import type { ForgeOptions } from '../options.js';
import { refusalOf } from './errors.js';

export type Query = Readonly<Record<string, string | number>>;

export interface GiteaClient {
  /** Repeated up to twice when the forge fails or cannot be reached, not when it is slow. */
  read<T>(schema: z.ZodType<T>, path: string, query?: Query): Promise<T>;
  /** Sent once. */
  write<T>(schema: z.ZodType<T>, method: 'POST' | 'PATCH', path: string, body: object): Promise<T>;
}

const READ_TRIES = 3;

/** Paths are those of the API page, beginning with `/`; what is put into them must be safe or encoded. */
export function createGiteaClient(options: ForgeOptions): GiteaClient {
  const api = baseUrl(options.apiUrl);
  const { timeoutMs = DEFAULT_TIMEOUT_MS, retryDelayMs = DEFAULT_RETRY_DELAY_MS } = options;

  return { read, write };

  async function read<T>(schema: z.ZodType<T>, path: string, query: Query = {}): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return parse(schema, await send('GET', path + queryString(query)), 'GET', path);
      } catch (error) {
        if (tries >= READ_TRIES || !isWorthAnotherTry(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, retryDelayMs * tries));
      }
    }
  }

  async function write<T>(schema: z.ZodType<T>, method: 'POST' | 'PATCH', path: string, body: object) {
    return parse(schema, await send(method, path, body), method, path);
  }

  async function send(method: string, path: string, body?: object): Promise<Answer> {
    const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'kugetsu' };
    const token = tokenOf(options);
    if (token !== '') headers['authorization'] = `token ${token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await fetchWhole(api + path, init, timeoutMs);
    options.log?.debug('forge.request', { forge: options.name, method, path, status: answer.status });
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refusalOf(answer, `${method} ${path}`);
  }
}

export function tokenOf(options: ForgeOptions): string {
  switch (options.auth.kind) {
    case 'token':
      return options.auth.token;
    case 'app':
      throw new ForgeError('unauthorized', 'Gitea has no apps: give the connection a token');
  }
}

function queryString(query: Query): string {
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

function parse<T>(schema: z.ZodType<T>, answer: Answer, method: string, path: string): T {
  const read = schema.safeParse(jsonOf(answer.body));
  if (read.success) return read.data;
  const [first] = read.error.issues;
  const where = first === undefined ? '' : `: ${first.path.join('.')}: ${first.message}`;
  throw new ForgeError('unavailable', `the answer to ${method} ${path} cannot be read${where}`, {
    status: answer.status,
  });
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function isWorthAnotherTry(error: unknown): boolean {
  if (!(error instanceof ForgeError) || error instanceof TimeoutError) return false;
  return error.code === 'unavailable' && error.details.retryAfterMs === undefined;
}
