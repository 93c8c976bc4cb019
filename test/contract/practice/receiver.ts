// A small server that keeps every delivery as it came, byte for byte.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  /** Names as sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function startReceiver() {
  const received: Received[] = [];
  const connections = new Set<number | undefined>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    connections.add(request.socket.remotePort);
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({
        method: request.method ?? '',
        path: request.url ?? '',
        headers: named(request.rawHeaders),
        body: Buffer.concat(parts).toString('utf8'),
      });
      response.writeHead(202).end('{}');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    connections,
    /** What came since the last call. */
    take: () => received.splice(0),
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function named(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i < raw.length; i += 2) headers[raw[i] ?? ''] = raw[i + 1] ?? '';
  return headers;
}
