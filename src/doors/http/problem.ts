// Errors as RFC 9457 problem details, the same few words for everybody.
import type { Context } from 'hono';

const TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

export type ProblemStatus = keyof typeof TITLES;

export function problem(c: Context, status: ProblemStatus, headers: Record<string, string> = {}): Response {
  const body = JSON.stringify({ type: 'about:blank', title: TITLES[status], status });
  return c.body(body, status, { 'content-type': 'application/problem+json', ...headers });
}
