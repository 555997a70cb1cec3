import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  addressIn,
  isPublic,
  PRIVATE_ADDRESS,
  publicLookup,
} from '../../../src/adapters/http/public-address.ts';

describe('an address', () => {
  it.each([
    '8.8.8.8',
    '93.184.216.34',
    '100.63.255.255',
    '172.32.0.1',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450:4001:810::200e',
  ])('%s is of the public internet', (address) => expect(isPublic(address)).toBe(true));

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.170',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.251',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'not an address',
  ])('%s is not', (address) => expect(isPublic(address)).toBe(false));

  it.each([
    ['https://2130706433/', '127.0.0.1'],
    ['https://0x7f.1/', '127.0.0.1'],
    ['https://017700000001/', '127.0.0.1'],
    ['https://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['https://[::1]:8443/', '::1'],
    ['https://cdn.example/', null],
  ])('in %s is %s, however it is written', (url, expected) => {
    expect(addressIn(new URL(url))).toBe(expected);
  });
});

describe('a name', () => {
  const leadingTo =
    (...addresses: readonly string[]): LookupFunction =>
    (_, __, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  const found = (all: boolean, ...addresses: readonly string[]) =>
    new Promise((resolve) => {
      publicLookup(leadingTo(...addresses))('cdn.example', { all }, (error, address) =>
        resolve(error?.code ?? address),
      );
    });

  it('leads to its public addresses alone', async () => {
    expect(await found(false, '10.0.0.1', '8.8.8.8')).toBe('8.8.8.8');
    expect(await found(true, '::1', '8.8.8.8', '127.0.0.1')).toEqual([{ address: '8.8.8.8', family: 4 }]);
  });

  it.each([true, false])('that has none leads nowhere', async (all) => {
    expect(await found(all, '127.0.0.1', 'fe80::1')).toBe(PRIVATE_ADDRESS);
    expect(await found(all)).toBe(PRIVATE_ADDRESS);
  });
});
