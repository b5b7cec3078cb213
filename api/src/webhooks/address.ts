import { type LookupAddress, lookup as lookUp } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Networks that are nobody's on the internet: our own, our neighbours', our host's. */
const inside = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  inside.addSubnet(network, prefix, 'ipv4');
/** Of IPv6 what is given out (2000::/3) and no wrapping of IPv4 in it. */
const outside = new BlockList();
outside.addSubnet('2000::', 3, 'ipv6');
const wrapped = new BlockList();
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  wrapped.addSubnet(network, prefix, 'ipv6');

/** Whether an address is one of the internet, not of the network that the server stands in. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !inside.check(address, 'ipv4');
  if (family !== 6 || address.includes('%')) return false;
  return outside.check(address, 'ipv6') && !wrapped.check(address, 'ipv6');
}

/** What is wrong with an address that is to be told of things; null when nothing is. Names are judged again when they are looked up. */
export function addressFault(text: string, privateToo: boolean): string | null {
  const url = URL.parse(text);
  if (!url || text.length > 500) return 'This is not an address.';
  if (url.username || url.password || url.hash) return 'The address must have no name, password or fragment.';
  if (privateToo) return /^https?:$/.test(url.protocol) ? null : 'The address must begin with https:.';
  if (url.protocol !== 'https:') return 'The address must begin with https:.';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) && !isPublic(host) ? 'This address is not one of the internet.' : null;
}

/** Looks a name up and hands on public addresses only: the one that was judged is the one that is connected to. */
export const publicLookup: LookupFunction = (name, options, done) => {
  lookUp(name, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return done(error, '', 0);
    const [first] = addresses;
    if (!first || addresses.some(({ address }) => !isPublic(address)))
      return done(new Error('The name leads to no address of the internet.'), '', 0);
    if (options.all) return done(null, addresses);
    done(null, first.address, first.family);
  });
};
