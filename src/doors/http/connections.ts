// Which connections stay open: where there are too many, the oldest of whoever has the most makes room for the newcomer.
import type { Socket } from 'node:net';

export interface ConnectionLimits {
  readonly most: number;
  /** Of one address; a trusted proxy has no such bound. */
  readonly mostOfOne: number;
}

export interface ConnectionKeeper {
  /** For a server's `connection` event. */
  readonly keep: (socket: Socket) => void;
  /** Somebody who may is at the other end: it goes after all those of which nobody knows. */
  readonly spare: (socket: Socket) => void;
}

/**
 * A true delivery is over in a moment, what is held open is old: so the newcomer is never the one that has to go, and nobody
 * keeps the door shut by holding it.
 * @param clientOf undefined: a trusted proxy
 */
export function connectionKeeper(
  limits: ConnectionLimits,
  clientOf: (socket: Socket) => string | undefined,
): ConnectionKeeper {
  // Of each client the oldest first; undefined is all proxies together.
  const held = new Map<string | undefined, Set<Socket>>();
  let count = 0;
  const spared = new WeakSet<Socket>();

  function forget(client: string | undefined, socket: Socket): void {
    const own = held.get(client);
    if (own?.delete(socket) !== true) return;
    count -= 1;
    if (own.size === 0) held.delete(client);
  }

  function endOldestOf(client: string | undefined): void {
    const own = [...(held.get(client) ?? [])];
    const oldest = own.find((socket) => !spared.has(socket)) ?? own[0];
    if (oldest === undefined) return;
    forget(client, oldest);
    oldest.destroy();
  }

  function greediest(): string | undefined {
    const [first] = [...held].sort(([, one], [, other]) => other.size - one.size);
    return first?.[0];
  }

  function keep(socket: Socket): void {
    const client = clientOf(socket);
    if (client !== undefined && (held.get(client)?.size ?? 0) >= limits.mostOfOne) endOldestOf(client);
    else if (count >= limits.most) endOldestOf(greediest());
    const own = held.get(client) ?? new Set();
    held.set(client, own.add(socket));
    count += 1;
    socket.once('close', () => forget(client, socket));
  }

  return { keep, spare: (socket) => void spared.add(socket) };
}
