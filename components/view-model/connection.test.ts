import { expect, test } from 'vitest';
import { fieldOf } from './connection.ts';

const now = Date.UTC(2026, 0, 5, 12);

test.each([
  ['invalid-tenant', 'tenant'],
  ['AADSTS90002', 'tenant'],
  ['tenant-in-usgov', 'tenant'],
  ['AADSTS700016', 'clientId'],
  ['invalid-gateway-url', 'gatewayUrl'],
  ['gateway-unknown', 'gatewayUrl'],
  ['invalid-gateway-scope', 'gatewayScope'],
  ['AADSTS50011', undefined],
] as const)('the error code %s is shown at the field %s', (code, field) => {
  expect(fieldOf({ kind: 'not-configured', at: now, code })).toBe(field);
});

test('an unreachable gateway is shown at the field for its address, for every kind of error', () => {
  expect(fieldOf({ kind: 'offline', at: now, code: 'gateway-unreachable' })).toBe('gatewayUrl');
  expect(fieldOf({ kind: 'service-unavailable', at: now, code: 'gateway-unreachable' })).toBe('gatewayUrl');
  expect(fieldOf({ kind: 'offline', at: now })).toBeUndefined();
});
