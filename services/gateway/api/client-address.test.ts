import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

const request = (forwarded?: string) =>
  new Request('https://gateway.contoso.example/', forwarded ? { headers: { 'x-forwarded-for': forwarded } } : {});
const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } });

test('without trusted proxies X-Forwarded-For is ignored', () => {
  expect(clientAddress(request('192.0.2.1'), from('198.51.100.7'), 0)).toBe('198.51.100.7');
});

test('behind n trusted proxies the n-th entry from the right counts, and forged entries before it do not', () => {
  const chain = '203.0.113.9, 192.0.2.1, 198.51.100.2';
  expect(clientAddress(request(chain), from('10.0.0.1'), 1)).toBe('198.51.100.2');
  expect(clientAddress(request(chain), from('10.0.0.1'), 2)).toBe('192.0.2.1');
});

test('with fewer X-Forwarded-For entries than trusted proxies, the address of the connection counts', () => {
  expect(clientAddress(request('192.0.2.1'), from('198.51.100.7'), 2)).toBe('198.51.100.7');
  expect(clientAddress(request(), from('198.51.100.7'), 1)).toBe('198.51.100.7');
});

test('an entry that is no address counts by its connection', () => {
  for (const entry of ['unknown', '', '192.0.2.1:4711:1', '[192.0.2.1', '999.0.2.1'])
    expect(clientAddress(request(`192.0.2.9, ${entry}`), from('198.51.100.7'), 1)).toBe('198.51.100.7');
});

test('a request within the process may have no address', () => {
  expect(clientAddress(request(), undefined, 0)).toBeUndefined();
  expect(clientAddress(request(), { address: '192.0.2.1' }, 0)).toBe('192.0.2.1');
});

test('ports and brackets are removed, so that a new connection of the same client counts for the same address', () => {
  for (const entry of ['192.0.2.1:4711', '192.0.2.1:4712'])
    expect(clientAddress(request(entry), from('10.0.0.1'), 1)).toBe('192.0.2.1');
  for (const entry of ['[2001:db8:0:1::1]:443', '[2001:db8:0:1::1]', '2001:db8:0:1::1'])
    expect(clientAddress(request(entry), from('10.0.0.1'), 1)).toBe('2001:db8:0:1::/64');
});

test('IPv6 counts by its /64 in every spelling', () => {
  const spellings = ['2001:db8:0:1::1', '2001:0db8:0000:0001:ffff:0:0:2', '2001:DB8:0:1:a::'];
  for (const spelling of spellings) expect(clientAddress(request(), from(spelling), 0)).toBe('2001:db8:0:1::/64');
  expect(clientAddress(request(), from('2001:db8:0:2::1'), 0)).toBe('2001:db8:0:2::/64');
  expect(clientAddress(request(), from('::1'), 0)).toBe('::/64');
  expect(clientAddress(request(), from('fe80::1%eth0'), 0)).toBe('fe80::/64');
});

test('an IPv4 address mapped into IPv6 counts as the IPv4 address', () => {
  for (const mapped of ['::ffff:192.0.2.1', '::ffff:c000:201', '[::ffff:192.0.2.1]:443'])
    expect(clientAddress(request(mapped), from(mapped), 1)).toBe('192.0.2.1');
});
