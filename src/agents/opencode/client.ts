// The few calls of opencode's HTTP API that a session needs, each with a timeout and a cap on the answer.
import { createParser } from 'eventsource-parser';
import { z } from 'zod';
import { parsePayload, type Payload } from './payloads.js';

export interface OpencodeClient {
  createSession(directory: string, title: string): Promise<{ id: string; directory: string }>;
  /** Undefined when there is no such session. */
  getSession(id: string): Promise<{ id: string; directory: string } | undefined>;
  prompt(id: string, directory: string, text: string, model: string | undefined): Promise<void>;
  abort(id: string): Promise<void>;
  rejectPermission(id: string, directory: string): Promise<void>;
  rejectQuestion(id: string, directory: string): Promise<void>;
  /** Resolves once connected; `ended` resolves when the stream is over, for whatever reason. */
  listen(onPayload: (payload: Payload) => void, signal: AbortSignal): Promise<{ ended: Promise<void> }>;
}

const timeoutMs = 30_000;
const abortTimeoutMs = 2_000;
const maxAnswerBytes = 1024 * 1024;
const maxEventChars = 16 * 1024 * 1024;
const session = z.object({ id: z.string(), directory: z.string() });

/** @param url as printed by `opencode serve`; HTTP Basic with the user `opencode`. */
export function createClient(url: string, password: string): OpencodeClient {
  const authorization = `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`;

  async function call(
    method: string,
    path: string,
    options: { directory?: string; body?: unknown; ms?: number } = {},
  ) {
    const target = new URL(path, url);
    if (options.directory !== undefined) target.searchParams.set('directory', options.directory);
    const response = await fetch(target, {
      method,
      headers: { ...headersFor(authorization), 'content-type': 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(options.ms ?? timeoutMs),
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await readCapped(response);
    if (!response.ok) throw apiError(`${method} ${path}`, response.status, text);
    return text;
  }

  return {
    createSession: async (directory, title) =>
      session.parse(JSON.parse(await call('POST', '/session', { directory, body: { title } }))),
    getSession: async (id) => {
      try {
        return session.parse(JSON.parse(await call('GET', `/session/${encodeURIComponent(id)}`)));
      } catch (error) {
        if (statusOf(error) === 404 || statusOf(error) === 400) return undefined;
        throw error;
      }
    },
    prompt: async (id, directory, text, model) => {
      const body = {
        parts: [{ type: 'text', text }],
        ...(model === undefined ? {} : { model: modelRef(model) }),
      };
      await call('POST', `/session/${id}/prompt_async`, { directory, body });
    },
    abort: async (id) => void (await call('POST', `/session/${id}/abort`, { ms: abortTimeoutMs })),
    rejectPermission: async (id, directory) =>
      void (await call('POST', `/permission/${id}/reply`, { directory, body: { reply: 'reject' } })),
    rejectQuestion: async (id, directory) =>
      void (await call('POST', `/question/${id}/reject`, { directory })),
    listen: (onPayload, signal) => listen(new URL('/global/event', url), authorization, onPayload, signal),
  };
}

/** The HTTP status of a call that was refused. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;
}

async function listen(
  url: URL,
  authorization: string,
  onPayload: (payload: Payload) => void,
  signal: AbortSignal,
): Promise<{ ended: Promise<void> }> {
  const response = await fetch(url, { headers: headersFor(authorization), redirect: 'error', signal });
  if (!response.ok || response.body === null) throw apiError('GET /global/event', response.status, '');
  const parser = createParser({
    maxBufferSize: maxEventChars,
    onEvent: ({ data }) => {
      const payload = parsePayload(data);
      if (payload !== undefined) onPayload(payload);
    },
  });
  return { ended: feed(response.body, (text) => parser.feed(text)).catch(() => {}) };
}

/**
 * No kept-alive connections: opencode takes port 4096 again and again, and node would send the first request to a new
 * server over a connection that the server before it has left half open.
 */
function headersFor(authorization: string): Record<string, string> {
  return { authorization, connection: 'close' };
}

async function feed(body: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of body) take(decoder.decode(chunk, { stream: true }));
}

async function readCapped(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxAnswerBytes) throw new Error(`opencode's answer has more than ${maxAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function apiError(what: string, status: number, text: string): Error {
  return Object.assign(new Error(`opencode: ${what} → ${status} ${text.slice(0, 300)}`), {
    code: 'OPENCODE_API',
    status,
  });
}

/** `provider/model`; the model's own name may hold further slashes. */
function modelRef(model: string): { providerID: string; modelID: string } {
  const slash = model.indexOf('/');
  return { providerID: model.slice(0, slash), modelID: model.slice(slash + 1) };
}
