import { isIPv4, isIPv6 } from 'node:net';

/** Groups of 16 bits in an IPv6 address, and how many of them name the network that one customer is given (RFC 6177: a /64 at least). */
const GROUPS = 8;
const NETWORK_GROUPS = 4;

/**
 * Whom the limits count: the one function that makes a limiter's subject of an address, for every rule. An IPv4 address counts for itself, with or without a port
 * and in its IPv6 form too; an IPv6 address counts as its /64 network, because its owner may use each of the 2^64 addresses in it.
 * What is no address (a proxy that was told to make one up) counts as it is, at most 64 characters of it.
 */
export function subjectOf(address: string): string {
  const bare = withoutPort(address.trim());
  if (isIPv4(bare)) return bare;
  const [host = ''] = bare.split('%');
  if (!isIPv6(host)) return bare.slice(0, 64).toLowerCase();
  const groups = groupsOf(host);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) {
    const [high = 0, low = 0] = groups.slice(6);
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return `${groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** `[2001:db8::1]:443` and `192.0.2.1:443` without what stands around the address. */
function withoutPort(address: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(address);
  if (bracketed) return bracketed[1] as string;
  return /^([^:]*):\d+$/.exec(address)?.[1] ?? address;
}

/** The eight groups of an IPv6 address. */
function groupsOf(host: string): number[] {
  // The last 32 bits may be written as an IPv4 address.
  const plain = host.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_text, ...parts) => {
    const [a, b, c, d] = parts.map(Number) as [number, number, number, number];
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const numbers = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const first = numbers(head);
  if (tail === undefined) return first;
  const last = numbers(tail);
  return [...first, ...Array<number>(GROUPS - first.length - last.length).fill(0), ...last];
}
