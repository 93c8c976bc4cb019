// Faults with a code and a cause, and the one line that tells them to people.

/** Exit codes of the command line (`product.md`): the only numbers a fault may ask for. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5;

/** Of a fault that ends by itself or by the operator of the other side: what is owed waits for it. */
export interface Passing {
  /** What waits with it: everything of this forge, or only what belongs to this repository. */
  readonly scope: 'forge' | 'repo';
  readonly because: 'unavailable' | 'rate_limited' | 'credentials' | 'rights' | 'archived';
  /** What the other side asked for, an hour at most; undefined where it named no time. */
  readonly retryAfterMs: number | undefined;
}

/**
 * What becomes of that which met the fault. `passing`: it waits and is done afterwards. `refused`: the other side understood
 * and said no: the same again is refused again. `failed`: it could not be done here: another run may, from a fresh start; the
 * same again does not. `unforeseen`: a fault of ours or of the machine (disk, database): worth another try.
 */
export type Fault =
  | ({ readonly kind: 'passing' } & Passing)
  | { readonly kind: 'refused' | 'failed' | 'unforeseen' };

export interface ErrorDetails {
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
  /** `unforeseen` by default. */
  readonly fault?: Fault;
}

/** The one base of our errors, told apart by `code`: `message` says what was being done and what to do next. */
export class KugetsuError<Code extends string = string> extends Error {
  override readonly name: string = 'KugetsuError';
  readonly exitCode: ExitCode;
  readonly fault: Fault;

  constructor(
    readonly code: Code,
    message: string,
    { exitCode = 1, cause, fault = { kind: 'unforeseen' } }: ErrorDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
    this.fault = fault;
  }

  /** Undefined for whatever does not pass by itself. */
  get passing(): Passing | undefined {
    return this.fault.kind === 'passing' ? this.fault : undefined;
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
