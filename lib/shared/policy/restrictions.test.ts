import { expect, test } from 'vitest';
import { catalog } from './catalog.ts';
import { effectiveConnections } from './effective-connections.ts';
import { effectivePolicy } from './effective-policy.ts';
import { blockedBy, type DisabledReason, disabledReason, keysMissingPartner, mayConnect } from './restrictions.ts';
import type { PolicyValues } from './setting-definitions.ts';
import { clientId, managed, manualConnection, tenantId } from './testing/connections.ts';

const of = (values: PolicyValues) => effectivePolicy({ values });

test('a gateway key without its partner is reported', () => {
  const policy = { ...managed, gatewayUrl: catalog.gatewayUrl.example };
  const { gatewayScope } = catalog;
  expect(keysMissingPartner(of(policy))).toEqual([{ key: 'gatewayUrl', needs: 'gatewayScope' }]);
  expect(keysMissingPartner(of({ gatewayScope: gatewayScope.example }))).toEqual([
    { key: 'gatewayScope', needs: 'gatewayUrl' },
  ]);
  expect(keysMissingPartner(of({ ...policy, gatewayScope: gatewayScope.example }))).toEqual([]);
});

test.each<PolicyValues>([
  { ...managed, tenantLock: true },
  { ...managed, allowManualSetup: false },
])('manual connections are ignored and cannot be made with %j', (values) => {
  const policy = of(values);
  expect(effectiveConnections([manualConnection], policy).map(({ id }) => id)).toEqual([tenantId.toLowerCase()]);
  expect(mayConnect(policy)).toBe(false);
  const connection = { cloud: 'global', tenant: 'contoso.example', clientId } as const;
  expect(blockedBy({ kind: 'connect', connection }, policy)).toBe('not-available');
});

test.each<[PolicyValues, DisabledReason | undefined]>([
  [{}, undefined],
  [managed, undefined],
  [{ organizationName: 'Contoso', bannerMode: 'off' }, undefined],
  [{ ...managed, paused: true }, { kind: 'paused' }],
  [{ paused: true }, { kind: 'paused' }],
  [{ paused: false }, undefined],
  [{ tenantId }, { kind: 'missing-keys', keys: ['clientId'] }],
  [
    { clientId, cloud: 'usgov' },
    { kind: 'missing-keys', keys: ['tenantId'] },
  ],
  [{ gatewayUrl: 'https://gateway.contoso.example' }, { kind: 'missing-keys', keys: ['tenantId', 'clientId'] }],
  [{ allowManualSetup: false }, { kind: 'missing-keys', keys: ['tenantId', 'clientId'] }],
  [{ tenantLock: true }, { kind: 'missing-keys', keys: ['tenantId', 'clientId'] }],
  [{ tenantLock: false, allowManualSetup: true }, undefined],
])('the policy %j disables the extension for the reason %j', (values, reason) => {
  const policy = of(values);
  expect(disabledReason(policy)).toEqual(reason);
  const accountId = 'a';
  expect(blockedBy({ kind: 'sync', accountId }, policy)).toBe(reason && 'paused');
  expect(blockedBy({ kind: 'sign-out', accountId, atService: false }, policy)).toBeUndefined();
  if (reason) expect(effectiveConnections([manualConnection], policy)).toEqual([]);
});

test('with smsSignIn off, no connection has SMS sign-in, and disable is not blocked', () => {
  const policy = of({ ...managed, smsSignIn: 'off' });
  expect(effectiveConnections([manualConnection], policy).map(({ smsSignIn }) => smsSignIn)).toEqual(['off', 'off']);
  expect(blockedBy({ kind: 'disable', accountId: 'a', methodId: 'm' }, policy)).toBeUndefined();
});

test('with allowRemove false, remove is blocked', () => {
  const command = { kind: 'remove', accountId: 'a', methodId: 'm' } as const;
  expect(blockedBy(command, of({ allowRemove: false }))).toBe('not-available');
  expect(blockedBy(command, of({}))).toBeUndefined();
});
