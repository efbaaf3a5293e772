import { expect, test } from 'vitest';
import { receivedPolicy } from './received.ts';
import { isNotReceived, reportOf, reportText } from './report.ts';
import { policyKeys } from './setting-definitions.ts';

async function report(received: object | undefined) {
  const policy = await receivedPolicy(received, 0);
  const lines = reportOf({ policy, settings: { id: 'settings', banner: false } });
  const text = reportText(lines, { policy, version: '1.2.3', checkedByBrowser: false });
  return { lines, text, lineOf: (key: string) => lines.find((line) => line.key === key) };
}

test('without managed policy, the report lists each key with the value in effect', async () => {
  const { lines, lineOf, text } = await report(undefined);
  expect(lines.map(({ key }) => key)).toEqual(policyKeys);
  expect(new Set(lines.map(({ state }) => state.kind))).toEqual(new Set(['not-received']));
  expect(lineOf('snoozeDays')?.inEffect).toBe('7');
  expect(lineOf('bannerMode')?.inEffect, "the user's choice").toBe('"off"');
  expect(lineOf('supportUrl')?.inEffect).toBeUndefined();
  expect(text).toContain('policy: none');
});

test('the report tells rejected, missing, ignored, unknown and effective keys apart', async () => {
  const { lines, lineOf, text } = await report({
    tenantId: 'contoso',
    bannerMode: 'once',
    snoozeDays: 3,
    gatewayUrl: 'https://gateway.contoso.example',
    unheardOf: { a: 1 },
  });
  expect(lineOf('tenantId')).toMatchObject({
    received: '"contoso"',
    state: { kind: 'rejected', why: 'malformed' },
  });
  expect(lineOf('tenantId')?.inEffect).toBeUndefined();
  expect(lineOf('clientId')).toEqual({ key: 'clientId', state: { kind: 'missing' } });
  expect(lineOf('bannerMode')).toMatchObject({ inEffect: '"once"', state: { kind: 'in-effect' } });
  expect(lineOf('gatewayUrl')).toMatchObject({ state: { kind: 'needs', key: 'gatewayScope' } });
  expect(lineOf('gatewayUrl')?.inEffect).toBeUndefined();
  expect(lineOf('unheardOf')).toEqual({
    key: 'unheardOf',
    received: '{"a":1}',
    state: { kind: 'rejected', why: 'unknown-key' },
  });
  const first = lines.findIndex(isNotReceived);
  expect(lines.slice(first).every(isNotReceived)).toBe(true);
  expect(text).toMatch(/^tenantId: rejected: malformed; received "contoso"; in effect nothing$/m);
  expect(text).toMatch(/^snoozeDays: in-effect; received 3; in effect 3$/m);
  expect(text).toMatch(/^policy: [0-9a-f]{16}$/m);
});
