// The API as its own served description tells it: operations to call, requests to make up, answers to hold against it.
import fc, { type Arbitrary } from 'fast-check';
import { z } from 'zod';

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

export interface Request {
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** Sent as it is when it is a text, else as JSON. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

export type Described = Awaited<ReturnType<typeof described>>;

/** @param url of the API without a path; the description says the rest */
export async function described(url: string, token: string) {
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as Document;
  const operations = operationsOf(document);
  const base = `${url}${document.servers[0]?.url ?? ''}`;
  const find = (id: string): Operation => {
    const operation = operations.find((one) => one.id === id);
    if (operation === undefined) throw new Error(`the description has no operation ${id}`);
    return operation;
  };
  return {
    operations,
    find,
    call: (id: string, request: Request = {}) => call(base, token, find(id), request),
  };
}

interface Document {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described1>>>>;
}

interface Described1 {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Operation['responses'];
}

function operationsOf(document: Document): Operation[] {
  const { paths } = inlined(document, document) as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody, responses }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody?.content['application/json']?.schema,
      responses,
    })),
  );
}

/** Without references; there are no circles in it. */
function inlined(value: unknown, root: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => inlined(item, root));
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value && typeof value.$ref === 'string') {
    const target = value.$ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], root);
    return inlined(target, root);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inlined(inner, root)]));
}

async function call(base: string, token: string, operation: Operation, request: Request): Promise<Answer> {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(text(request.path?.[name])),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) query.set(name, text(value));
  const given = Object.entries(request.headers ?? {}).map(([name, value]) => [name, text(value)] as const);
  const stop = new AbortController();
  const response = await fetch(`${base}${path}${query.size === 0 ? '' : `?${query.toString()}`}`, {
    method: operation.method,
    signal: stop.signal,
    headers: {
      authorization: `Bearer ${token}`,
      ...Object.fromEntries(given),
      ...(request.body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(request.body !== undefined && {
      body: typeof request.body === 'string' ? request.body : JSON.stringify(request.body),
    }),
  });
  const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
  if (type === 'text/event-stream') {
    stop.abort();
    return { status: response.status, type, body: undefined };
  }
  return { status: response.status, type, body: await response.json() };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

/** What of the answer the description does not tell; nothing when it fits. */
export function misfit(operation: Operation, answer: Answer): string | undefined {
  const told = operation.responses[String(answer.status)] ?? operation.responses['default'];
  const schema = told?.content?.[answer.type]?.schema;
  if (schema === undefined) return `${answer.status} ${answer.type} is not described`;
  if (answer.type === 'text/event-stream') return undefined;
  const read = checkerOf(schema).safeParse(answer.body);
  return read.success
    ? undefined
    : `${answer.status}: ${z.prettifyError(read.error)} in ${JSON.stringify(answer.body)}`;
}

const checkers = new WeakMap<Schema, z.ZodType>();

function checkerOf(schema: Schema): z.ZodType {
  const made =
    checkers.get(schema) ?? z.fromJSONSchema(closed(schema) as Parameters<typeof z.fromJSONSchema>[0]);
  checkers.set(schema, made);
  return made;
}

/** Nothing that is not told: what the description leaves open, an answer must not use. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, closed(item)]));
  return 'properties' in inner && !('additionalProperties' in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}

/**
 * Requests for an operation: most as described, some with one part that is something else.
 * @param known values that are really there, by the name of what takes them, or by `OPERATION.NAME`
 */
export function requestsFor(
  operation: Operation,
  known: Readonly<Record<string, readonly string[]>>,
): Arbitrary<Request> {
  const part = (place: Parameter['in']) =>
    fc.record(
      Object.fromEntries(
        operation.parameters
          .filter((parameter) => parameter.in === place)
          .map(({ name, schema }) => [
            name,
            oftenRight(valueOf(schema, `${operation.id}.${name}`, known), place === 'header'),
          ]),
      ),
      place === 'path' ? {} : { requiredKeys: [] },
    );
  const body =
    operation.body === undefined ? fc.constant(undefined) : bodies(valueOf(operation.body, '', known));
  return fc.record({ path: part('path'), query: part('query'), headers: part('header'), body });
}

/** A header or a path part may not hold everything. */
function oftenRight(right: Arbitrary<unknown>, plain: boolean): Arbitrary<unknown> {
  const any = plain ? fc.stringMatching(/^[\x21-\x7e]{1,40}$/) : fc.string({ minLength: 1, maxLength: 40 });
  // No address can hold these: they lead to another path.
  const wrong = any.filter((value) => value !== '.' && value !== '..');
  return fc.oneof({ arbitrary: right, weight: 20 }, { arbitrary: wrong, weight: 1 });
}

function bodies(right: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc.oneof(
    { arbitrary: right, weight: 8 },
    { arbitrary: fc.jsonValue(), weight: 1 },
    { arbitrary: fc.string({ minLength: 1 }), weight: 1 },
    { arbitrary: fc.tuple(right, fc.string(), fc.jsonValue()).map(withOneMore), weight: 2 },
  );
}

function withOneMore([right, key, value]: [unknown, string, unknown]): unknown {
  return typeof right === 'object' && right !== null ? { ...right, [key]: value } : right;
}

function valueOf(
  schema: Schema,
  name: string,
  known: Readonly<Record<string, readonly string[]>>,
): Arbitrary<unknown> {
  const there = known[name] ?? known[name.slice(name.indexOf('.') + 1)] ?? [];
  const made = madeOf(schema, known);
  return there.length === 0
    ? made
    : fc.oneof({ arbitrary: fc.constantFrom(...there), weight: 3 }, { arbitrary: made, weight: 1 });
}

function madeOf(schema: Schema, known: Readonly<Record<string, readonly string[]>>): Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => madeOf(choice, known)));
  const { minimum = -1_000, maximum = 1_000 } = schema;
  switch (typeof schema.type === 'string' ? schema.type : schema.type?.[0]) {
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.integer({ min: Math.max(minimum, -1e9), max: Math.min(maximum, 1e9) });
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(madeOf(schema.items ?? {}, known), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 3),
      });
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([key, inner]) => [key, valueOf(inner, key, known)]),
        ),
        { requiredKeys: [...(schema.required ?? [])] },
      );
    default:
      return fc.jsonValue();
  }
}

function textOf({ pattern, minLength = 0, maxLength = 60 }: Schema): Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength, maxLength: Math.min(maxLength, 200), unit: 'grapheme' });
}
