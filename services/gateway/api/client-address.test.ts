// Which address a request counts by, with and without trusted proxies.
import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

const request = (forwarded?: string) =>
  new Request('https://gateway.contoso.example/', forwarded ? { headers: { 'x-forwarded-for': forwarded } } : {});
const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } });

test('without trusted proxies the header is a claim anyone can make', () => {
  expect(clientAddress(request('192.0.2.1'), from('198.51.100.7'), 0)).toBe('198.51.100.7');
});

test('behind proxies the entry of the outermost trusted one counts, not what the caller wrote before it', () => {
  const chain = '203.0.113.9, 192.0.2.1, 198.51.100.2';
  expect(clientAddress(request(chain), from('10.0.0.1'), 1)).toBe('198.51.100.2');
  expect(clientAddress(request(chain), from('10.0.0.1'), 2)).toBe('192.0.2.1');
});

test('who came around the proxies counts by the connection', () => {
  expect(clientAddress(request('192.0.2.1'), from('198.51.100.7'), 2)).toBe('198.51.100.7');
  expect(clientAddress(request(), from('198.51.100.7'), 1)).toBe('198.51.100.7');
});

test('in process there may be none', () => {
  expect(clientAddress(request(), undefined, 0)).toBeUndefined();
  expect(clientAddress(request(), { address: '192.0.2.1' }, 0)).toBe('192.0.2.1');
});

test('IPv6 counts by its /64, however it is written; IPv4 in IPv6 by the IPv4', () => {
  const spellings = ['2001:db8:0:1::1', '2001:0db8:0000:0001:ffff:0:0:2', '2001:DB8:0:1:a::'];
  for (const spelling of spellings) expect(clientAddress(request(), from(spelling), 0)).toBe('2001:db8:0:1::/64');
  expect(clientAddress(request(), from('2001:db8:0:2::1'), 0)).toBe('2001:db8:0:2::/64');
  expect(clientAddress(request(), from('::1'), 0)).toBe('0:0:0:0::/64');
  expect(clientAddress(request(), from('fe80::1%eth0'), 0)).toBe('fe80:0:0:0::/64');
  expect(clientAddress(request(), from('::ffff:192.0.2.1'), 0)).toBe('192.0.2.1');
});
