// Errors as RFC 9457 problem details, the same few words for everybody.
import type { Context } from 'hono';

const TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
} as const;

export type ProblemStatus = keyof typeof TITLES;

/** @param more members beside the standard ones: nothing that strangers may not read */
export function problem(
  c: Context,
  status: ProblemStatus,
  headers: Record<string, string> = {},
  more: Readonly<Record<string, unknown>> = {},
): Response {
  const body = JSON.stringify({ type: 'about:blank', title: TITLES[status], status, ...more });
  return c.body(body, status, { 'content-type': 'application/problem+json', ...headers });
}
