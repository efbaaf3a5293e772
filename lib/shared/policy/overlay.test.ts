import { describe, expect, test } from 'vitest';
import type { Connection } from '../model/rows.ts';
import { catalog } from './catalog.ts';
import { connectionsInEffect, inertnessOf, lonelyKeys, mayConnect, refusalOf } from './overlay.ts';
import type { PolicyValues } from './rules.ts';

const tenantId = '6F1C2A8E-2f5d-4c7b-9a53-0e8f5c1d7b11';
const clientId = '3B9D7C1E-5f20-4a86-b1c4-7d2e9f0a6c35';
const connected: PolicyValues = { tenantId, clientId };
const byHand: Connection = { id: 'other', cloud: 'global', tenant: 'contoso.example', clientId: 'c', connectedAt: 1 };

describe('a connection from policy', () => {
  test('counts without being stored, beside those made by hand', () => {
    expect(connectionsInEffect([byHand], connected)).toEqual([
      {
        id: tenantId.toLowerCase(),
        cloud: 'global',
        tenant: '',
        clientId: clientId.toLowerCase(),
        connectedAt: 0,
        managed: true,
      },
      byHand,
    ]);
    expect(connectionsInEffect([byHand], {})).toEqual([byHand]);
  });

  test('with all there is', () => {
    const { scopes, gatewayUrl, gatewayScope, organizationName } = catalog;
    const policy = {
      ...connected,
      cloud: 'usgov',
      scopes: scopes.example,
      gatewayUrl: `${gatewayUrl.example}/`,
      gatewayScope: gatewayScope.example,
      organizationName: organizationName.example,
    } as const;
    expect(connectionsInEffect([], policy)).toMatchObject([
      {
        cloud: 'usgov',
        tenant: 'Contoso',
        scopes: scopes.example,
        gateway: { url: gatewayUrl.example, scope: gatewayScope.example },
      },
    ]);
  });

  test('takes the place of one by hand to the same organization', () => {
    const same = { ...byHand, id: tenantId.toLowerCase() };
    expect(connectionsInEffect([same, byHand], connected).map(({ managed }) => managed)).toEqual([true, undefined]);
  });

  test('half a gateway is none, and said to be', () => {
    const policy = { ...connected, gatewayUrl: catalog.gatewayUrl.example };
    expect(connectionsInEffect([], policy)[0]).not.toHaveProperty('gateway');
    expect(lonelyKeys(policy)).toEqual([{ key: 'gatewayUrl', needs: 'gatewayScope' }]);
    expect(lonelyKeys({ ...policy, gatewayScope: catalog.gatewayScope.example })).toEqual([]);
  });
});

test.each<PolicyValues>([
  { ...connected, tenantLock: true },
  { ...connected, allowManualSetup: false },
])('connections by hand do not count, and none can be made: %j', (policy) => {
  expect(connectionsInEffect([byHand], policy).map(({ id }) => id)).toEqual([tenantId.toLowerCase()]);
  expect(mayConnect(policy)).toBe(false);
  const connection = { cloud: 'global', tenant: 'contoso.example', clientId } as const;
  expect(refusalOf({ kind: 'connect', connection }, policy)).toBe('not-available');
});

test.each<[PolicyValues, ReturnType<typeof inertnessOf>]>([
  [{}, undefined],
  [connected, undefined],
  [{ organizationName: 'Contoso', bannerMode: 'off' }, undefined],
  [{ ...connected, paused: true }, { why: 'paused' }],
  [{ paused: true }, { why: 'paused' }],
  [{ paused: false }, undefined],
  [{ tenantId }, { why: 'missing', keys: ['clientId'] }],
  [
    { clientId, cloud: 'usgov' },
    { why: 'missing', keys: ['tenantId'] },
  ],
  [{ gatewayUrl: 'https://gateway.contoso.example' }, { why: 'missing', keys: ['tenantId', 'clientId'] }],
  [{ allowManualSetup: false }, { why: 'missing', keys: ['tenantId', 'clientId'] }],
  [{ tenantLock: true }, { why: 'missing', keys: ['tenantId', 'clientId'] }],
  [{ tenantLock: false, allowManualSetup: true }, undefined],
])('%j: inert: %j', (policy, inert) => {
  expect(inertnessOf(policy)).toEqual(inert);
  if (!inert) return;
  expect(connectionsInEffect([byHand], policy)).toEqual([]);
  const accountId = 'a';
  expect(refusalOf({ kind: 'sync', accountId }, policy)).toBe('paused');
  expect(refusalOf({ kind: 'sign-out', accountId, atService: false }, policy)).toBeUndefined();
});

test('SMS sign-in that is switched off is so at every connection, and cannot be enabled', () => {
  const policy = { ...connected, smsSignIn: 'off' } as const;
  expect(connectionsInEffect([byHand], policy).map(({ smsSignIn }) => smsSignIn)).toEqual(['off', 'off']);
  const about = { accountId: 'a', methodId: 'm' };
  expect(refusalOf({ kind: 'enable', ...about }, policy)).toBe('not-available');
  expect(refusalOf({ kind: 'disable', ...about }, policy)).toBeUndefined();
  expect(refusalOf({ kind: 'enable', ...about }, { smsSignIn: 'auto' })).toBeUndefined();
});

test('numbers that must not be removed are not', () => {
  const command = { kind: 'remove', accountId: 'a', methodId: 'm' } as const;
  expect(refusalOf(command, { allowRemove: false })).toBe('not-available');
  expect(refusalOf(command, {})).toBeUndefined();
});
