// A listener on an address, with the limits that keep slow and greedy clients away.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { describeError, KugetsuError } from '../../support/errors.js';
import type { Log } from '../../support/log.js';
import { clientAddress } from './client-address.js';
import { connectionKeeper } from './connections.js';
import { createSeldom } from './seldom.js';

export interface Listener {
  /** `http://HOST:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

/** Slow headers are cut off; slow bodies by their reader, a little before the bound here. */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 9_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
};
/** Of one address that is no trusted proxy: half of them, so that one client cannot have all. */
const CONNECTIONS = { most: 512, mostOfOne: 256 };
/** Beyond it they are not even taken: those that have just been ended still count for a moment. */
const MOST_AT_ONCE = 2 * CONNECTIONS.most;

export interface ListenOn {
  readonly host: string;
  readonly port: number;
  readonly isTrustedProxy: (address: string) => boolean;
  /** Where another address is written, for whom this one cannot be used: `server.listen (or …)`. */
  readonly setting: string;
}

/** What a handler is given with each request. */
export type ListenerBindings = HttpBindings & {
  /** Keeps this connection before those of which nobody knows who they are. */
  readonly spare: () => void;
};

/** What answers; `env` reaches the handlers as `c.env`. */
export interface Answering<E extends HttpBindings> {
  readonly fetch: (request: Request, env: E) => Response | Promise<Response>;
}

/** Throws `address_unusable` (4) where the address is in use, not of this machine, or not for this user. */
export async function listen(
  app: Answering<ListenerBindings>,
  log: Log,
  { host, port, isTrustedProxy, setting }: ListenOn,
): Promise<Listener> {
  const server = limitedServer(app, log, ({ remoteAddress = '' }) =>
    clientAddress(remoteAddress, undefined, isTrustedProxy),
  );
  await listening(server, () => server.listen(port, host)).catch((cause: unknown) => {
    throw unusable(host, port, setting, cause);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return { url: addressUrl(host, bound), close: () => closed(server) };
}

/**
 * A server with the limits that is still to be told where to listen.
 * @param clientOf whom a connection counts against; undefined for one without a bound of its own
 */
export function limitedServer(
  app: Answering<ListenerBindings>,
  log: Log,
  clientOf: (socket: Socket) => string | undefined,
): Server {
  const { keep, spare } = connectionKeeper(CONNECTIONS, clientOf);
  const server = createAdaptorServer({
    fetch: (request, bindings) => {
      const env = bindings as HttpBindings;
      return app.fetch(request, { ...env, spare: () => spare(env.incoming.socket) });
    },
    serverOptions: LIMITS,
  }) as Server;
  server.maxConnections = MOST_AT_ONCE;
  server.on('connection', keep);
  const seldom = createSeldom(() => performance.now());
  server.on('clientError', (error, socket) => {
    seldom('client error', (leftOut) =>
      log.warn('http.client_error', { why: describeError(error), ...leftOut }),
    );
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return server;
}

/** @param begin calls `server.listen` */
export function listening(server: Server, begin: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', resolve);
    begin();
  });
}

/** What is under way may end, for two seconds. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 2_000).unref();
  });
}

/** `http://HOST:PORT`, an IPv6 address in brackets. */
export function addressUrl(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** What to do about it, instead of the bare code. A restart mends none of these: exit code 4. */
function unusable(host: string, port: number, setting: string, cause: unknown): KugetsuError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const other = `or name another one in ${setting}`;
  const why =
    code === 'EADDRINUSE'
      ? `another process listens there already; stop it (\`ss -ltnp 'sport = :${port}'\` shows which), ${other}`
      : code === 'EACCES'
        ? `this user may not use a port below 1024; put a reverse proxy in front, ${other}`
        : code === 'EADDRNOTAVAIL'
          ? `this machine does not have that address; use one that \`ip address\` shows, ${other}`
          : undefined;
  if (why === undefined) return new KugetsuError('listen_failed', `cannot listen on ${where}`, { cause });
  return new KugetsuError('address_unusable', `cannot listen on ${where}: ${why}`, { exitCode: 4 });
}
