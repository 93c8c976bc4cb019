// Faults with a code and a cause, and the one line that tells them to people.

/** Exit codes of the command line (`product.md`): the only numbers a fault may ask for. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5;

/** A fault that somebody can act on: `message` says what was being done and what to do next. */
export class KugetsuError extends Error {
  override readonly name = 'KugetsuError';
  readonly exitCode: ExitCode;

  constructor(
    readonly code: string,
    message: string,
    details: { exitCode?: ExitCode; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.exitCode = details.exitCode ?? 1;
  }
}

/** An error as plain data for the log: the chain of causes, each with its code. */
export interface ErrorRecord {
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorRecord;
}

const MAX_CAUSES = 8;

/** The whole chain of causes in one line, e.g. `cannot push: connect refused (ECONNREFUSED)`. Anything may be thrown at it. */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  for (let record: ErrorRecord | undefined = recordError(error); record; record = record.cause) {
    const part = record.message + (record.code && showsCode(record) ? ` (${record.code})` : '');
    const told = parts.some((earlier) => earlier.includes(record?.message ?? ''));
    if (!told) parts.push(part);
  }
  return parts.join(': ').replace(/\s*[\r\n]+\s*/g, ' ');
}

/** @param withStack stacks are for debugging only: they are long and name paths of this machine. */
export function recordError(error: unknown, withStack = false, depth = 1): ErrorRecord {
  if (!(error instanceof Error)) return { message: typeof error === 'string' ? error : inspectThrown(error) };
  const code = codeOf(error);
  const inner = causeOf(error);
  return {
    message: error.message === '' ? error.name : error.message,
    ...(code === undefined ? {} : { code }),
    ...(withStack && error.stack !== undefined ? { stack: error.stack } : {}),
    ...(inner === undefined || depth >= MAX_CAUSES
      ? {}
      : { cause: recordError(inner, withStack, depth + 1) }),
  };
}

/** Our own codes are for programs; those of the system (`ENOENT`) help people too, unless the message has them. */
function showsCode(record: ErrorRecord): boolean {
  return record.code !== undefined && /^[A-Z]/.test(record.code) && !record.message.includes(record.code);
}

function codeOf(error: Error): string | undefined {
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : undefined;
}

/** An AggregateError (a connection tried over several addresses) has its reasons in `errors`, not in `cause`. */
function causeOf(error: Error): unknown {
  if (error.cause !== undefined && error.cause !== null) return error.cause;
  if (error instanceof AggregateError) return error.errors[0];
  return undefined;
}

function inspectThrown(thrown: unknown): string {
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return String(thrown);
  }
}
