import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** The code of the error for a name that leads into a private network. */
export const PRIVATE_ADDRESS = 'PRIVATE_ADDRESS';

// What is not for the public: https://www.iana.org/assignments/iana-ipv4-special-registry and its sister for IPv6,
// checked 2026-11-27.
const V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** The public ones are 2000::/3; of these, what stands for an address of IPv4 is left out too. */
const PUBLIC_V6 = '2000::/3';
const V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const inPrivate = blockList(V4, 'ipv4');
const ofV6 = blockList([PUBLIC_V6], 'ipv6');
const inSpecialV6 = blockList(V6, 'ipv6');

function blockList(networks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** Whether an IP address is one of the public internet. */
export const isPublic = (address: string): boolean =>
  isIP(address) === 4
    ? !inPrivate.check(address, 'ipv4')
    : ofV6.check(address, 'ipv6') && !inSpecialV6.check(address, 'ipv6');

/** The host of a URL where it is an IP address, however it was written there; null where it is a name. */
export function addressIn({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? null : bare;
}

/** Finds the addresses of a name, and takes the public ones alone: a name may lead anywhere. */
export const publicLookup =
  (resolve: LookupFunction = lookup): LookupFunction =>
  (name, options, done) =>
    resolve(name, { ...options, all: true }, (error, found) => {
      const all = Array.isArray(found) ? found : [];
      const open = all.filter(({ address }) => isPublic(address));
      const [first] = open;
      if (error) done(error, []);
      else if (first === undefined) done(privateAddress(name), []);
      else if (options.all === true) done(null, open);
      else done(null, first.address, first.family);
    });

const privateAddress = (name: string): Error =>
  Object.assign(new Error(`${name} has no address of the public internet`), { code: PRIVATE_ADDRESS });
