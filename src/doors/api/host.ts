// Under which names the API may be asked: a page of a stranger whose name leads to our address is none of them.
import type { HttpBindings } from '@hono/node-server';
import type { Config } from '../../config/config.js';

type Server = Pick<Config['server'], 'admin' | 'adminPublic' | 'publicUrl'>;

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Only the name counts: behind a port that is forwarded it is another one. */
export function isHostAllowed(
  { admin, adminPublic, publicUrl }: Server,
  host: string | undefined,
  incoming: HttpBindings['incoming'],
): boolean {
  const name = (host ?? '').toLowerCase().replace(/:\d+$/, '');
  const proxied = adminPublic && publicUrl !== undefined ? [new URL(publicUrl).hostname] : [];
  return [...LOOPBACK, bracketed(admin.host), bracketed(incoming.socket.localAddress), ...proxied].includes(
    name,
  );
}

function bracketed(address = ''): string {
  const bare = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
  return bare.includes(':') ? `[${bare}]` : bare;
}
