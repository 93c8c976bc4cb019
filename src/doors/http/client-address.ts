// Who speaks: the address that caps are counted for. X-Forwarded-For is believed only from a proxy that the config names.
import { BlockList, isIP, isIPv6 } from 'node:net';

/** @param entries addresses and ranges (`10.0.0.0/8`); they have passed the schema */
export function addressList(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * Undefined is a trusted proxy that speaks for nobody else: it has no cap. Otherwise the nearest hop that is no trusted
 * proxy; what stands left of it was written by strangers. Of an IPv6 address the /64 that one customer has whole.
 * @param peer the other end of the socket
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  isTrusted: (address: string) => boolean,
): string | undefined {
  if (!isTrusted(peer)) return network(peer);
  const hops = (forwardedFor ?? '').split(',').map(bare);
  const client = hops.findLast((hop) => hop !== '' && !isTrusted(hop));
  return client === undefined ? undefined : network(client);
}

/** Some proxies write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function bare(hop: string): string {
  const text = hop.trim().slice(0, 64);
  return /^\[([^\]]*)\]/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}

function network(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right].slice(0, 4);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
