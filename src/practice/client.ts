// Starts the practice forge as a process of its own and talks to it: for `kugetsu demo` and for the flow tests.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DeliveryRecord } from './delivery-record.js';
import type { Fault } from './faults.js';
import type { RequestLogLine } from './request-log.js';

export type { DeliveryRecord } from './delivery-record.js';
export type { DeliveryEffect, Fault, RequestEffect } from './faults.js';
export type { RequestLogLine } from './request-log.js';

export interface PracticeUser {
  readonly id: number;
  readonly login: string;
  readonly email: string;
  /** Empty for an organisation: nobody signs in as one. */
  readonly token: string;
}

export interface PracticeRepo {
  readonly id: number;
  readonly path: string;
  readonly cloneUrl: string;
  /** The bare repository on disk: what git really holds, to be looked at by tests. */
  readonly dir: string;
  /** The first commit; undefined in an empty repository. */
  readonly head?: string;
}

export interface ApiAnswer {
  readonly status: number;
  /** Parsed JSON, or the text when it is none; undefined when empty. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export type PracticeForge = ReturnType<typeof clientAt> & { stop(): Promise<void> };

/**
 * `home` is made if it is not there and holds the bare repositories; it is not removed. `entry` is the compiled
 * `practice/main.js`. The process ends with `stop()`, and by itself when this one ends.
 */
export async function startPracticeForge(options: { home: string; entry?: string; port?: number }) {
  const entry = options.entry ?? defaultEntry();
  const args = [entry, '--home', options.home, '--port', String(options.port ?? 0), '--until-stdin-closes'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = await urlsFrom(child)();
  return {
    ...clientAt(url),
    async stop(): Promise<void> {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** One process for many forges, each with its own state and port. It ends by itself when this one ends. */
export function startPracticeHost() {
  const child = spawn(process.execPath, [defaultEntry(), '--many'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.unref();
  const nextUrl = urlsFrom(child);
  let asked: Promise<unknown> = Promise.resolve();
  function ask(line: string): Promise<string> {
    const answer = asked.then(() => {
      child.stdin.write(`${line}\n`);
      return nextUrl();
    });
    asked = answer.catch(() => undefined);
    return answer;
  }
  return {
    async open(home: string): Promise<PracticeForge> {
      const url = await ask(`open ${home}`);
      let stopped: Promise<unknown> | undefined;
      return { ...clientAt(url), stop: async () => void (await (stopped ??= ask(`close ${url}`))) };
    },
  };
}

function clientAt(url: string) {
  return {
    url,
    control: createControlClient(url),
    /** Calls as the account behind the token; `''` = nobody. `path` starts with `/api/…`. */
    as:
      (token: string) =>
      (method: string, path: string, body?: unknown): Promise<ApiAnswer> =>
        call(`${url}${path}`, method, body, token),
  };
}

function createControlClient(url: string) {
  async function control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await call(`${url}/practice${path}`, method, body, '');
    if (answer.status >= 400)
      throw new Error(`practice forge: ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
  return {
    /** An account with a token. Asked again for one that is there: a further token, e.g. with fewer `scopes`. */
    async createUser(wish: {
      login: string;
      kind?: 'user' | 'bot' | 'organization';
      siteAdmin?: boolean;
      /** Logins that own the organisation. */
      owners?: readonly string[];
      scopes?: readonly string[];
      id?: number;
    }): Promise<PracticeUser> {
      const made = (await control('POST', '/users', wish)) as Omit<PracticeUser, 'token'> & {
        token?: string;
      };
      return { ...made, token: made.token ?? '' };
    },
    /** `files` are the first commit on the default branch. */
    createRepo: (wish: {
      owner: string;
      name: string;
      private?: boolean;
      defaultBranch?: string;
      files?: Readonly<Record<string, string>>;
      collaborators?: Readonly<Record<string, 'read' | 'write' | 'admin'>>;
      protectedBranches?: readonly string[];
    }) => control('POST', '/repos', wish) as Promise<PracticeRepo>,
    /** An answer in the thread of the comment on a line `commentId`; Gitea's API cannot do that. */
    threadReply: (wish: { repo: string; number: number; commentId: number; as: string; body: string }) =>
      control('POST', '/thread-replies', wish) as Promise<{ id: number }>,
    ...changes(control),
    fault: async (fault: Fault): Promise<void> => void (await control('POST', '/faults', fault)),
    clearFaults: async (): Promise<void> => void (await control('DELETE', '/faults')),
    /** Names of the requests that a `held` fault holds now. */
    held: () => control('GET', '/held') as Promise<string[]>,
    release: async (name: string): Promise<void> =>
      void (await control('DELETE', `/held/${encodeURIComponent(name)}`)),
    /** Resolves when no delivery is under way and none is waiting; throws after `boundMs`. */
    idle: async (boundMs = 10_000): Promise<void> => void (await control('GET', `/idle?boundMs=${boundMs}`)),
    log: () =>
      control('GET', '/log') as Promise<{ requests: RequestLogLine[]; deliveries: DeliveryRecord[] }>,
    clearLog: async (): Promise<void> => void (await control('DELETE', '/log')),
    /** Sends a stored delivery's bytes again; answers how often each status came, e.g. `{"202":100}`. */
    replay: (wish: { id: string; idOfCopies?: 'same' | 'fresh'; times?: number; connections?: number }) =>
      control('POST', '/replays', wish) as Promise<Record<string, number>>,
    /** Any other control call, e.g. those of the GitHub face below `/github`. Throws on 4xx and 5xx. */
    call: control,
  };
}

/** What people of a forge do that neither of the two APIs has. */
function changes(control: (method: string, path: string, body?: unknown) => Promise<unknown>) {
  return {
    /** The account keeps its id; its old login is free. */
    renameUser: async (login: string, to: string): Promise<void> =>
      void (await control('POST', '/renames', { login, to })),
    addCollaborator: async (wish: {
      repo: string;
      login: string;
      access: 'read' | 'write' | 'admin';
    }): Promise<void> => void (await control('POST', '/collaborators', wish)),
    /** GitHub alone has it: `issues.opened` in the other repository, with `changes.old_issue`. */
    transferIssue: (wish: { repo: string; number: number; to: string; as: string }) =>
      control('POST', '/transfers', wish) as Promise<{ number: number }>,
  };
}

/** Next to this file when compiled, in `dist` when run from `src`. */
function defaultEntry(): string {
  for (const place of ['./main.js', '../../dist/practice/main.js']) {
    const file = fileURLToPath(new URL(place, import.meta.url));
    if (existsSync(file)) return file;
  }
  throw new Error('the practice forge is not compiled: run `npm run build`');
}

/** The `url` of one line of its output after the other. */
function urlsFrom(child: ChildProcess): () => Promise<string> {
  if (child.stdout === null) throw new Error('no output to read');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`the practice forge ended with exit code ${child.exitCode}`);
    return (JSON.parse(line.value) as { url: string }).url;
  };
}

async function call(url: string, method: string, body: unknown, token: string): Promise<ApiAnswer> {
  const headers: Record<string, string> = token === '' ? {} : { authorization: `token ${token}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: parsed(text), headers: Object.fromEntries(response.headers) };
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
