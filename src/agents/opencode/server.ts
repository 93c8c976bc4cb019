// One `opencode serve` of its own for each running task: started in the sandbox, reached over loopback.
import { randomBytes } from 'node:crypto';
import type { SandboxedProcess } from '../../sandbox/sandbox.js';
import type { Launch } from '../agent.js';
import { keepTail, readLines } from '../read-lines.js';
import { createClient, type OpencodeClient } from './client.js';
import type { Payload } from './payloads.js';
import { KugetsuError } from '../../support/errors.js';

export interface OpencodeServer {
  readonly client: OpencodeClient;
  /** Why it is no longer there, once it is not. */
  readonly gone: Promise<string>;
  /** One listener at a time: a session has one turn at a time. */
  setListener(listener: ((payload: Payload) => void) | undefined): void;
}

export interface ServerSpec {
  readonly program: string;
  readonly readOnly: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly launch: Launch;
  /** Called before any work; the caller ends the process. */
  readonly onProcess: (child: SandboxedProcess) => void;
}

const startMs = 60_000;
const maxStderrChars = 2_000;

/** @throws Error (code OPENCODE_START) with what it printed, when it does not come up; code ENOENT as a program not found. */
export async function startServer(spec: ServerSpec): Promise<OpencodeServer> {
  const password = randomBytes(24).toString('base64url');
  const child = spec.launch({
    // Port 0: 4096 if that is free, else any; the printed line tells.
    command: [spec.program, 'serve', '--hostname', '127.0.0.1', '--port', '0'],
    env: { ...spec.env, OPENCODE_SERVER_PASSWORD: password },
    readOnly: spec.readOnly,
  });
  spec.onProcess(child);
  child.stdin.end();
  const stderr = keepTail(child.stderr, maxStderrChars, () => {});
  const exited = child.exited.then(
    (exit) => exit.error ?? startError(`it ended with ${exit.code ?? exit.signal}`, stderr()),
  );
  const client = createClient(await readUrl(child, exited), password);
  let listener: ((payload: Payload) => void) | undefined;
  const stream = new AbortController();
  const { ended } = await client.listen((payload) => listener?.(payload), stream.signal);
  const gone = Promise.race([
    ended.then(() => 'its event stream ended'),
    exited.then((error) => error.message),
  ]);
  void exited.then(() => stream.abort());
  return {
    client,
    gone,
    setListener: (next) => {
      listener = next;
    },
  };
}

/** Waits for the printed line `opencode server listening on http://127.0.0.1:4096`. */
async function readUrl(child: SandboxedProcess, exited: Promise<Error>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(startError(`no address after ${startMs / 1000} s`, '')), startMs);
      void exited.then(reject);
      void readLines(child.stdout, {
        maxLineChars: 4_096,
        maxChars: Number.MAX_SAFE_INTEGER,
        onLines: (lines) => {
          const url = lines
            .map((line) => /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1])
            .find(Boolean);
          if (url !== undefined) resolve(url);
        },
        onCut: () => {},
        onActivity: () => {},
      });
    });
  } finally {
    clearTimeout(timer);
  }
}

function startError(what: string, stderr: string): Error {
  const said = stderr === '' ? '' : `: ${stderr}`;
  return new KugetsuError('OPENCODE_START', `opencode serve: ${what}${said}`);
}
