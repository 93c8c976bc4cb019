// How much of unfinished bodies is held: what was received counts, never what was promised.

export interface BodyLimits {
  /** The largest body. */
  readonly mostBytes: number;
  /** So much of each body is always taken: nearly all true deliveries are smaller. The cap on connections bounds their sum. */
  readonly smallBytes: number;
  /** What goes beyond `smallBytes`, of all bodies together. */
  readonly largeBytes: number;
  /** The same of one address; at least `mostBytes`, so that one body of any size is taken. */
  readonly largeBytesPerAddress: number;
  /** Unfinished bodies of one address. */
  readonly bodiesPerAddress: number;
  /** Longest time without a byte. */
  readonly idleMs: number;
  /** Longest time of one body, however alive it is; below a forge's own deadline of ten seconds. */
  readonly totalMs: number;
}

export interface Body {
  /** Counts received bytes; false when there is no room for them now. */
  take(bytes: number): boolean;
  /** All of it is there: it no longer stands for an unfinished one. What it holds is held until `release`. */
  complete(): void;
  release(): void;
}

export interface Bodies {
  readonly limits: BodyLimits;
  /**
   * A body begins. Where its address has as many unfinished ones as it may, the one that has been silent the longest
   * makes room: a true delivery arrives at once, a held-open socket does not.
   * @param address undefined: without a cap (a trusted proxy speaking for itself)
   * @param displaced called when this body has to make room for a later one
   */
  open(address: string | undefined, displaced: () => void): Body;
}

interface Holder {
  readonly displaced: () => void;
}

interface Client {
  /** Unfinished, the longest silent first. */
  readonly holders: Set<Holder>;
  /** Bodies that hold anything. */
  open: number;
  largeBytes: number;
}

export function createBodies(limits: BodyLimits): Bodies {
  const clients = new Map<string, Client>();
  let largeBytes = 0;

  function open(address: string | undefined, displaced: () => void): Body {
    const client = address === undefined ? undefined : clientOf(address);
    const holder: Holder = { displaced };
    let received = 0;
    let large = 0;
    if (client !== undefined) {
      makeRoom(client);
      client.open += 1;
      client.holders.add(holder);
    }
    return {
      take(bytes) {
        received += bytes;
        const more = Math.max(0, received - limits.smallBytes) - large;
        if (largeBytes + more > limits.largeBytes) return false;
        if (client !== undefined && client.largeBytes + more > limits.largeBytesPerAddress) return false;
        large += more;
        largeBytes += more;
        if (client === undefined) return true;
        client.largeBytes += more;
        client.holders.delete(holder);
        client.holders.add(holder);
        return true;
      },
      complete: () => void client?.holders.delete(holder),
      release() {
        largeBytes -= large;
        if (client === undefined || address === undefined) return;
        client.holders.delete(holder);
        client.largeBytes -= large;
        client.open -= 1;
        if (client.open === 0) clients.delete(address);
      },
    };
  }

  function makeRoom(client: Client): void {
    if (client.holders.size < limits.bodiesPerAddress) return;
    const [silent] = client.holders;
    if (silent === undefined) return;
    client.holders.delete(silent);
    silent.displaced();
  }

  function clientOf(address: string): Client {
    const known = clients.get(address) ?? { holders: new Set(), open: 0, largeBytes: 0 };
    clients.set(address, known);
    return known;
  }

  return { limits, open };
}
