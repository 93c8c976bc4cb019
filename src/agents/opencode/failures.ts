// An error of opencode or of its model → a failure class with a sentence. Pure.
import type { FailureClass, TurnOutcome } from '../agent.js';

export interface OpencodeError {
  readonly name: string;
  readonly data?:
    | { readonly message?: string | undefined; readonly statusCode?: number | undefined }
    | undefined;
}

type Failed = Extract<TurnOutcome, { kind: 'failed' }>;

/** A retry has a chance with these; the others are definite until somebody changes something. */
const retryableClasses: readonly FailureClass[] = ['overloaded', 'crash', 'unknown', 'session_lost'];

export function failed(failure: FailureClass, message: string): Failed {
  return { kind: 'failed', class: failure, message, retryable: retryableClasses.includes(failure) };
}

/** Names as opencode 1.18's own API description lists them for `session.error`. */
export function failureOf(error: OpencodeError): Failed {
  const message = firstLine(error.data?.message ?? error.name);
  return failed(classOf(error, message), `opencode: ${message}`);
}

/** Out of credit or over a plan's limit: waiting a few seconds changes nothing. */
export function isQuota(message: string): boolean {
  return /quota|insufficient (credit|balance|funds)|credit balance|billing|usage limit|payment/i.test(
    message,
  );
}

function classOf(error: OpencodeError, message: string): FailureClass {
  switch (error.name) {
    case 'ProviderAuthError':
      return 'auth';
    case 'ContextOverflowError':
    case 'MessageOutputLengthError':
      return 'context';
    case 'APIError':
      return classOfStatus(error.data?.statusCode, message);
    default:
      return /model not found|provider not found|ConfigInvalid/i.test(message) ? 'config' : 'unknown';
  }
}

function classOfStatus(status: number | undefined, message: string): FailureClass {
  if (status === 402 || isQuota(message)) return 'quota';
  if (status === 401 || status === 403) return 'auth';
  if (status === 413) return 'context';
  if (status === 400 || status === 404 || status === 422) return 'config';
  // 408, 429, 5xx and connections that broke: the model's side, for now.
  return 'overloaded';
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').slice(0, 500);
}
