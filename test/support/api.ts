// The API of a kugetsu under test: clients for its two listeners, and raw requests where a client would not send them.
import { expect } from 'vitest';
import { createApiClient, type ApiClient } from '../../src/doors/api/client.js';

export interface ApiUnderTest {
  readonly adminUrl: string;
  readonly socket: string;
}

/** Whoever may open the socket. */
export function operatorOf({ socket }: ApiUnderTest): ApiClient {
  return createApiClient({ socket });
}

/** A token with this scope, made through the socket. */
export async function tokenOf(
  on: ApiUnderTest,
  body: { scope: 'read' | 'act' | 'admin'; repos?: string[]; expiresInDays?: number; name?: string },
): Promise<{ id: string; token: string; client: ApiClient }> {
  const made = await operatorOf(on).call('makeToken', { body: { name: 'a test', ...body } });
  if (!made.ok || made.body.token === undefined) throw new Error(JSON.stringify(made));
  const { id, token } = made.body;
  return { id, token, client: createApiClient({ url: on.adminUrl, token }) };
}

export async function raw(
  on: ApiUnderTest,
  path: string,
  init: RequestInit & { token?: string } = {},
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const { token, ...rest } = init;
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(init.headers as object),
  };
  const response = await fetch(`${on.adminUrl}${path}`, { ...rest, headers });
  const text = await response.text();
  const body: unknown = text === '' ? {} : JSON.parse(text);
  return { status: response.status, headers: response.headers, body: body as Record<string, unknown> };
}

/** Problem details in full, and nothing else. */
export function expectProblem(
  answer: { status: number; headers: Headers; body: Record<string, unknown> },
  status: number,
  code: string,
): void {
  expect(answer.body).toMatchObject({ status, code, type: 'about:blank' });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(String(answer.body['detail'])).toMatch(/\.$/);
}
