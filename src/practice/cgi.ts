// Streams a request into a CGI program and its answer back, without holding either in memory.
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Readable, Writable } from 'node:stream';
import type { RequestEffect } from './faults.js';

interface Ending {
  /** Runs when the program has ended, before the answer ends: so what follows a push is done when the push is. */
  finish(): Promise<void>;
  /** The program's answer is thrown away and this is done instead. */
  readonly afterEffect: RequestEffect | undefined;
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** Resolves when the answer is out. A client that goes away ends the program. */
export async function pipeCgi(
  child: Child,
  incoming: IncomingMessage | Http2ServerRequest,
  outgoing: ServerResponse | Http2ServerResponse,
  ending: Ending,
): Promise<void> {
  const answer = outgoing as ServerResponse;
  answer.on('close', () => {
    if (!answer.writableFinished && child.exitCode === null) child.kill('SIGTERM');
  });
  answer.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  incoming.pipe(child.stdin);
  const closed = once(child, 'close');
  const head = ending.afterEffect === undefined ? await relay(child, answer) : await drain(child);
  await closed;
  await ending.finish();
  if (ending.afterEffect === undefined) {
    if (!head) answer.writeHead(500);
    answer.end();
  } else if (ending.afterEffect.kind === 'fail_after') {
    answer.writeHead(ending.afterEffect.status);
    answer.end();
  } else {
    answer.socket?.destroy();
  }
}

/** Reads the CGI head, then passes the rest on as it comes, with back-pressure. False when no head came. */
async function relay(child: Child, answer: ServerResponse): Promise<boolean> {
  let head = Buffer.alloc(0);
  let sent = false;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    if (answer.destroyed) continue;
    let rest = chunk;
    if (!sent) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) continue;
      writeHead(answer, head.subarray(0, end).toString('latin1'));
      sent = true;
      rest = head.subarray(end + 4);
    }
    if (!answer.write(rest)) await writable(answer);
  }
  return sent;
}

/** Waits until the client has taken what was written, or has gone. */
async function writable(answer: ServerResponse): Promise<void> {
  const waiting = new AbortController();
  const { signal } = waiting;
  await Promise.race([once(answer, 'drain', { signal }), once(answer, 'close', { signal })]).catch(
    () => undefined,
  );
  waiting.abort();
}

function writeHead(answer: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else answer.setHeader(name, value);
  }
  answer.writeHead(status);
}

async function drain(child: Child): Promise<boolean> {
  for await (const _chunk of child.stdout as AsyncIterable<Buffer>) continue;
  return true;
}
