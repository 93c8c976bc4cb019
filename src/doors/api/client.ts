// The client of the API, over TCP with a token or over the socket in a home; what it takes and gives is the table of routes.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createParser } from 'eventsource-parser';
import { z } from 'zod';
import { KugetsuError } from '../../support/errors.js';
import { BASE, type RouteName, type Routes, ROUTES } from './routes.js';
import { askedAnswer } from './schemas.js';
import { eventAnswer, problemAnswer } from './schemas-server.js';
import type { VerbBody } from './verb-routes.js';

export type ApiAddress =
  /** `url` is that of `server.admin`, without a path. */
  { readonly url: string; readonly token: string } | { readonly socket: string };

type Problem = z.infer<typeof problemAnswer>;

export type Answered<T> =
  | { readonly ok: true; readonly status: number; readonly body: T }
  | { readonly ok: false; readonly status: number; readonly problem: Problem };

type BodyOf<S> = S extends { readonly content: { readonly 'application/json': { readonly schema: infer Z } } }
  ? Z extends z.ZodType
    ? z.output<Z>
    : never
  : never;
type AnswerOf<R> = R extends { readonly responses: infer S }
  ? { [K in keyof S]: K extends 200 | 201 ? BodyOf<S[K]> : never }[keyof S]
  : never;
type Part<R, Name extends string> = R extends { readonly request: { readonly [K in Name]: infer Z } }
  ? Z extends z.ZodType
    ? z.input<Z>
    : Z extends {
          readonly content: { readonly 'application/json': { readonly schema: infer B extends z.ZodType } };
        }
      ? z.input<B>
      : never
  : undefined;

/** What a route takes; what it has no place for is left out. */
export interface Given<R> {
  readonly params?: Part<R, 'params'>;
  readonly query?: Partial<Part<R, 'query'>>;
  readonly body?: Part<R, 'body'>;
  /** `Idempotency-Key`. */
  readonly key?: string;
}

export type ReceivedEvent =
  | { readonly kind: 'ready' | 'reset'; readonly id: string | undefined }
  | { readonly kind: 'event'; readonly id: string | undefined; readonly event: z.infer<typeof eventAnswer> };

export interface ApiClient {
  /** Throws `api_unreachable` where nobody answers, `api_answer` where something else than this API does. */
  call<N extends Exclude<RouteName, 'events'>>(
    name: N,
    given?: Given<Routes[N]>,
  ): Promise<Answered<AnswerOf<Routes[N]>>>;
  /** Asks a verb. */
  ask(verb: string, body?: VerbBody, key?: string): Promise<Answered<z.infer<typeof askedAnswer>>>;
  /** Ends when the server ends it, or by the signal. Throws as `call`, and `api_refused` where no stream is given. */
  events(on: { readonly signal: AbortSignal; readonly after?: string }): AsyncGenerator<ReceivedEvent>;
}

export function createApiClient(address: ApiAddress): ApiClient {
  return {
    async call(name, { params, query, body, key } = {}) {
      const route = ROUTES[name];
      const path = filled(route.path, { ...params });
      const given = { method: route.method.toUpperCase(), path: path + queryText(query), body, key };
      const schema = Object.values(route.responses)
        .flatMap((response) =>
          'application/json' in response.content ? [response.content['application/json'].schema] : [],
        )
        .at(0);
      return (await exchange(address, given, schema ?? z.never())) as never;
    },
    ask: (verb, body = {}, key) =>
      exchange(
        address,
        { method: 'POST', path: `/verbs/${encodeURIComponent(verb)}`, body, key },
        askedAnswer,
      ),
    events: (on) => follow(address, on),
  };
}

function filled(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(params[part] ?? ''));
}

function queryText(query: object | undefined): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given.toString()}`;
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

async function exchange<T>(address: ApiAddress, sent: Sent, schema: z.ZodType<T>): Promise<Answered<T>> {
  const response = await send(address, sent);
  const status = response.statusCode ?? 0;
  const read = parse(await textOf(response));
  if (status < 300) return { ok: true, status, body: checked(schema, read) };
  return { ok: false, status, problem: checked(problemAnswer, read) };
}

async function* follow(
  address: ApiAddress,
  { signal, after }: { readonly signal: AbortSignal; readonly after?: string },
): AsyncGenerator<ReceivedEvent> {
  const headers = { accept: 'text/event-stream', ...(after !== undefined && { 'last-event-id': after }) };
  const response = await send(address, { method: 'GET', path: ROUTES.events.path, headers, signal });
  if (response.statusCode !== 200) {
    const { detail } = checked(problemAnswer, parse(await textOf(response)));
    throw new KugetsuError('api_refused', detail);
  }
  const received: ReceivedEvent[] = [];
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      if (event === 'ready' || event === 'reset') received.push({ kind: event, id });
      else received.push({ kind: 'event', id, event: checked(eventAnswer, parse(data)) });
    },
  });
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) {
      parser.feed(String(chunk));
      yield* received.splice(0);
    }
  } catch (cause) {
    if (!signal.aborted) throw unreachable(cause);
  }
}

function send(
  address: ApiAddress,
  { method, path, body, key, headers, signal }: Sent,
): Promise<IncomingMessage> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const options = {
    method,
    signal,
    headers: {
      ...headers,
      ...('token' in address && { authorization: `Bearer ${address.token}` }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(text !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      }),
    },
  };
  return new Promise((resolve, reject) => {
    const outgoing = begin(address, `${BASE}${path}`, options);
    outgoing.on('response', resolve).on('error', (cause) => reject(unreachable(cause)));
    outgoing.end(text);
  });
}

function begin(address: ApiAddress, path: string, options: Parameters<typeof httpRequest>[1] & object) {
  if ('socket' in address)
    return httpRequest({ ...options, socketPath: address.socket, path, host: 'localhost' });
  const url = new URL(path, address.url);
  return url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notOurs(cause);
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (!read.success) throw notOurs(read.error);
  return read.data;
}

function unreachable(cause: unknown): KugetsuError {
  return new KugetsuError('api_unreachable', 'nobody answers at the address of the API', { cause });
}

function notOurs(cause: unknown): KugetsuError {
  const message =
    'what answers is not the API of this kugetsu; look at the address and at the versions of both';
  return new KugetsuError('api_answer', message, { cause });
}
