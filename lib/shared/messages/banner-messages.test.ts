import * as v from 'valibot';
import { expect, test } from 'vitest';
import { BannerMessageSchema } from './banner-messages.ts';

const about = { accountId: 'account', methodId: 'mobile' };

test.each([
  { say: 'shown', path: '/' },
  { say: 'shown', path: '/security-info', tenant: 'contoso.example', about },
  { say: 'open', about },
])('case 12: the banner can send %j', (message) => expect(v.parse(BannerMessageSchema, message)).toEqual(message));

test.each<[string, unknown]>([
  ['case 12: a command', { say: 'enable', about }],
  ['case 12: an additional command', { say: 'open', about, command: { kind: 'enable' } }],
  ['case 14: no subject', { say: 'never' }],
  ['case 14: wrong types', { say: 'open', about: { accountId: 1, methodId: ['mobile'] } }],
  ['case 14: prototype keys', JSON.parse('{"say":"open","about":{"__proto__":{"accountId":"a","methodId":"b"}}}')],
  ['case 14: a long tenant', { say: 'shown', path: '/', tenant: 'a'.repeat(254) }],
  ['case 14: a long path', { say: 'shown', path: `/${'a'.repeat(1_000)}` }],
  ['case 14: no path', { say: 'shown' }],
  ['case 14: a text', 'open'],
  ['case 17: an unknown kind', { say: 'anything' }],
])('a banner message is rejected: %s', (_, message) => {
  expect(v.safeParse(BannerMessageSchema, message).success).toBe(false);
});
