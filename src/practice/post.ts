// One HTTP POST with exactly the headers and bytes given. Goes to this machine only.
import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number | undefined;
  readonly error: string | undefined;
}

/** At most so many TCP connections, kept open between requests. */
export function createPool(connections: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: connections });
}

/** Never throws: no answer in time, or none at all, is told in `error`. */
export function post(
  message: { url: string; headers: Readonly<Record<string, string>>; body: string },
  options: { timeoutMs: number; pool?: Agent },
): Promise<Answer> {
  const url = URL.canParse(message.url) ? new URL(message.url) : undefined;
  if (
    url === undefined ||
    !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname) ||
    url.protocol !== 'http:'
  ) {
    return Promise.resolve({
      status: undefined,
      error: `the practice forge delivers to loopback only, not to ${message.url}`,
    });
  }
  const body = Buffer.from(message.body);
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(options.timeoutMs);
    const fail = (error: Error) => resolve({ status: undefined, error: error.message });
    const outgoing = request(
      url,
      {
        method: 'POST',
        headers: { ...message.headers, 'Content-Length': body.length },
        agent: options.pool ?? false,
        signal,
      },
      (response) => {
        response.on('error', fail);
        response.on('end', () => resolve({ status: response.statusCode, error: undefined }));
        response.resume();
      },
    );
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}
