import { expect, test } from 'vitest';
import { clientAddress, unknownAddress } from './client-address.ts';

const request = (forwarded?: string) =>
  new Request('https://gateway.contoso.example/', forwarded ? { headers: { 'x-forwarded-for': forwarded } } : {});
const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } });
const unknown = { address: unknownAddress };

test('without trusted proxies X-Forwarded-For is ignored', () => {
  expect(clientAddress(request('192.0.2.1'), from('198.51.100.7'), 0)).toEqual({ address: '198.51.100.7' });
});

test('behind n trusted proxies the n-th entry from the right counts, and forged entries before it do not', () => {
  const chain = '203.0.113.9, 192.0.2.1, 198.51.100.2';
  expect(clientAddress(request(chain), from('10.0.0.1'), 1)).toEqual({ address: '198.51.100.2' });
  expect(clientAddress(request(chain), from('10.0.0.1'), 2)).toEqual({ address: '192.0.2.1' });
  expect(clientAddress(request(chain), from('10.0.0.1'), 3)).toEqual({ address: '203.0.113.9' });
});

test('case 74: with fewer X-Forwarded-For entries than trusted proxies, the client is unknown', () => {
  expect(clientAddress(request('192.0.2.1'), from('198.51.100.7'), 2)).toEqual(unknown);
  expect(clientAddress(request(), from('198.51.100.7'), 1)).toEqual(unknown);
});

test('case 74: with an entry that is no address, the client is unknown, and no other entry counts', () => {
  const garbage = [
    ...['unknown', '_hidden', '1', '0x7f.1', '0300.0.2.1', '3232235777', '999.0.2.1', '192.0.2', '192.0.2.1/24'],
    ...[
      '192.0.2.1:4711:1',
      '192.0.2.1:',
      '192.0.2.1:port',
      'x192.0.2.1:4711',
      '192.0.2.1:4711x',
      '192.0.2.1 192.0.2.2',
    ],
    ...['[192.0.2.1', '2001:db8::1]', '[2001:db8::1]443', 'x[2001:db8::1]', '[2001:db8::1]:', '[]', '[2001:db8::1]:x'],
    ...['2001:db8::1::2', '2001:db8:0:1:2:3:4:5:443', '"192.0.2.1"', 'for=192.0.2.1', '::ffff:999.0.2.1', '%eth0'],
    ...['192.0.2.1%eth0', '192.0.2.1%', '2001:db8::1%', '[2001:db8::1%]:443', '2001:db8::1%a%b'],
  ];
  for (const entry of garbage)
    expect([entry, clientAddress(request(`192.0.2.9, ${entry}`), from('198.51.100.7'), 1)]).toEqual([entry, unknown]);
  expect(clientAddress(request('192.0.2.9,'), from('198.51.100.7'), 1)).toEqual(unknown);
});

test('a request within the process may give its address, and is unknown without one', () => {
  expect(clientAddress(request(), { address: '192.0.2.1' }, 0)).toEqual({ address: '192.0.2.1' });
  for (const environment of [undefined, {}, { incoming: {} }, { incoming: { socket: {} } }])
    expect(clientAddress(request(), environment, 0)).toEqual(unknown);
});

test('case 74: ports and brackets are removed, so that a new connection counts for the same address', () => {
  for (const entry of ['192.0.2.1:4711', '192.0.2.1:9', ' 192.0.2.1 '])
    expect(clientAddress(request(entry), from('10.0.0.1'), 1)).toEqual({ address: '192.0.2.1' });
  for (const entry of ['[2001:db8:0:1::1]:443', '[2001:db8:0:1::1]:9', '[2001:db8:0:1::1]', '2001:db8:0:1::1'])
    expect(clientAddress(request(entry), from('10.0.0.1'), 1)).toEqual({
      address: '2001:db8:0:1::/64',
      site: '2001:db8::/48',
    });
});

test('case 74: IPv6 counts by its /64 and its /48 in every spelling', () => {
  const at = (address: string) => clientAddress(request(), from(address), 0);
  const spellings = [
    '2001:db8:7:1::1',
    '2001:0db8:0007:0001:ffff:0:0:2',
    '2001:DB8:7:1:a::',
    '2001:db8:7:1::192.0.2.1',
  ];
  for (const spelling of spellings)
    expect(at(spelling)).toEqual({ address: '2001:db8:7:1::/64', site: '2001:db8:7::/48' });
  expect(at('2001:db8:7:2::1')).toEqual({ address: '2001:db8:7:2::/64', site: '2001:db8:7::/48' });
  expect(at('2001:db8:8:1::1')).toEqual({ address: '2001:db8:8:1::/64', site: '2001:db8:8::/48' });
  expect(at('::1')).toEqual({ address: '::/64', site: '::/48' });
  expect(at('fe80::1%eth0')).toEqual({ address: 'fe80::/64', site: 'fe80::/48' });
});

test('case 74: an IPv4 address mapped into IPv6 counts as the IPv4 address', () => {
  for (const mapped of ['::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:192.0.2.1', '[::ffff:192.0.2.1%2]:443'])
    expect(clientAddress(request(mapped), from('10.0.0.1'), 1)).toEqual({ address: '192.0.2.1' });
});
