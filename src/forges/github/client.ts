// Octokit as kugetsu wants it: timeouts, no redirects, reads tried again, writes sent once, throttled on the real GitHub.
import { Octokit } from '@octokit/rest';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { fetchWhole, TimeoutError } from '../http.js';
import { baseUrl, DEFAULT_RETRY_DELAY_MS, DEFAULT_TIMEOUT_MS } from '../options.js';
import type { ForgeOptions } from '../options.js';
import { MovedError } from '../renames.js';

/** What goes into the `Authorization` header, asked at each request. */
export interface Authorization {
  /** Undefined: ask as nobody. */
  header(): Promise<string | undefined>;
  /** The forge did not accept it: a kept one is worth nothing any more. */
  refused(): void;
}

const Kit = Octokit.plugin(throttling, retry);

/** Never again: what the forge understood and refused, or what it asked to wait for. */
const NO_RETRY = [400, 401, 403, 404, 405, 408, 409, 410, 422, 423, 429, 451];
const READ_RETRIES = 2;

export function createOctokit(options: ForgeOptions, authorization: Authorization): Octokit {
  const api = baseUrl(options.apiUrl);
  const log = (said: string): void =>
    options.log?.debug('forge.request', { forge: options.name, request: said });
  const octokit = new Kit({
    baseUrl: api,
    userAgent: 'kugetsu',
    log: { debug: () => {}, info: log, warn: log, error: log },
    request: { fetch: wholeFetch(options.timeoutMs ?? DEFAULT_TIMEOUT_MS) },
    retry: {
      doNotRetry: NO_RETRY,
      retries: READ_RETRIES,
      retryAfterBaseValue: options.retryDelayMs ?? DEFAULT_RETRY_DELAY_MS,
    },
    throttle: {
      enabled: !isLoopback(api),
      id: options.name,
      onRateLimit: () => false,
      onSecondaryRateLimit: () => false,
    },
  });
  octokit.hook.wrap('request', async (send, endpoint) => {
    const header = await authorization.header();
    if (header !== undefined) endpoint.headers.authorization = header;
    // The retry plugin repeats a POST after a 502 that had been applied: two comments.
    if (endpoint.method !== 'GET') endpoint.request = { ...endpoint.request, retries: 0 };
    const answer = await send(endpoint);
    if (answer.status < 300) return answer;
    const { location } = answer.headers;
    throw new MovedError(`${endpoint.method} ${endpoint.url} is answered with a redirect`, location);
  });
  octokit.hook.error('request', (error) => {
    if ('status' in error && error.status === 401) authorization.refused();
    throw error;
  });
  return octokit;
}

/** The throttling waits a second between two writes, three between two that notify: out of place where nobody else asks. */
function isLoopback(api: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(api).hostname);
}

const WITHOUT_BODY = new Set([204, 205, 304]);

/** Octokit takes an answer cut off in the middle for an empty one: so it gets whole ones only. */
function wholeFetch(timeoutMs: number) {
  return async (url: string, init: RequestInit): Promise<Response> => {
    try {
      const { status, headers, body } = await fetchWhole(url, init, timeoutMs);
      return new Response(WITHOUT_BODY.has(status) ? null : body, { status, headers });
    } catch (error) {
      throw error instanceof TimeoutError ? new AbortError(error) : error;
    }
  };
}

/** The name is what the retry plugin knows as not to be repeated. */
class AbortError extends Error {
  override readonly name = 'AbortError';
  constructor(cause: TimeoutError) {
    super(cause.message, { cause });
  }
}
