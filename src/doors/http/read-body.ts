// Reads one body within the limits, and ends what is idle, slow or too much.
import type { IncomingMessage } from 'node:http';
import type { Bodies, Body } from './bodies.js';

export type ReadBody =
  /** `release` when the bytes are no longer needed. */
  | { readonly ok: true; readonly raw: Buffer; readonly release: () => void }
  | { readonly ok: false; readonly status: 400 | 408 | 413 | 503; readonly reason: string };

type Refusal = Extract<ReadBody, { ok: false }>;

/** Never rejects. @param address whose caps it counts against; undefined for none */
export async function readBody(
  incoming: IncomingMessage,
  bodies: Bodies,
  address: string | undefined,
): Promise<ReadBody> {
  const { mostBytes } = bodies.limits;
  if (Number(incoming.headers['content-length'] ?? 0) > mostBytes) return tooLarge(mostBytes);
  const displaced = new AbortController();
  const body = bodies.open(address, () => displaced.abort());
  const read = await receive(incoming, bodies, body, displaced.signal);
  if (Buffer.isBuffer(read)) {
    body.complete();
    return { ok: true, raw: read, release: () => body.release() };
  }
  body.release();
  return read;
}

function receive(
  incoming: IncomingMessage,
  { limits }: Bodies,
  body: Body,
  displaced: AbortSignal,
): Promise<Buffer | Refusal> {
  const chunks: Buffer[] = [];
  let received = 0;
  return new Promise((resolve) => {
    const over = (result: Buffer | Refusal): void => {
      clearTimeout(idle);
      clearTimeout(total);
      incoming.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      idle.refresh();
      received += chunk.length;
      if (received > limits.mostBytes) return over(tooLarge(limits.mostBytes));
      if (!body.take(chunk.length)) return over(refusal(503, 'too many large bodies at once'));
      chunks.push(chunk);
    };
    const onEnd = (): void => over(Buffer.concat(chunks, received));
    const onGone = (): void => over(refusal(400, 'the connection ended before the body did'));
    const idle = setTimeout(
      () => over(refusal(408, `no byte of the body for ${limits.idleMs} ms`)),
      limits.idleMs,
    );
    const total = setTimeout(
      () => over(refusal(408, `the body took longer than ${limits.totalMs} ms`)),
      limits.totalMs,
    );
    displaced.addEventListener('abort', () =>
      over(refusal(503, 'too many unfinished bodies of one address; the longest silent one makes room')),
    );
    incoming.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

function refusal(status: Refusal['status'], reason: string): Refusal {
  return { ok: false, status, reason };
}

function tooLarge(mostBytes: number): Refusal {
  return refusal(413, `larger than ${mostBytes / 1024 / 1024} MB`);
}
