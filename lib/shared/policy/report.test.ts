import { expect, test } from 'vitest';
import { receivedPolicy } from './received.ts';
import { reportOf, reportText } from './report.ts';
import { policyKeys } from './rules.ts';
import { settingsInEffect } from './settings.ts';

async function report(policy: object | undefined) {
  const received = await receivedPolicy(policy, 0);
  const settings = settingsInEffect({ id: 'settings', banner: false }, received?.values);
  const lines = reportOf(received, settings);
  const text = reportText(lines, { policy: received, version: '1.2.3', checkedByBrowser: false });
  return { lines, text, lineOf: (key: string) => lines.find((line) => line.key === key) };
}

test('without policy each key is there, with what counts', async () => {
  const { lines, lineOf, text } = await report(undefined);
  expect(lines.map(({ key }) => key)).toEqual(policyKeys);
  expect(new Set(lines.map(({ state }) => state.kind))).toEqual(new Set(['not-received']));
  expect(lineOf('snoozeDays')?.inEffect).toBe('7');
  // The person's own choice.
  expect(lineOf('bannerMode')?.inEffect).toBe('"off"');
  expect(lineOf('supportUrl')).not.toHaveProperty('inEffect');
  expect(text).toContain('policy: none');
});

test('each end a key can come to', async () => {
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
  expect(lineOf('tenantId')).not.toHaveProperty('inEffect');
  expect(lineOf('clientId')).toEqual({ key: 'clientId', state: { kind: 'missing' } });
  expect(lineOf('bannerMode')).toMatchObject({ inEffect: '"once"', state: { kind: 'in-effect' } });
  expect(lineOf('gatewayUrl')).toMatchObject({ state: { kind: 'needs', key: 'gatewayScope' } });
  expect(lineOf('gatewayUrl')).not.toHaveProperty('inEffect');
  expect(lineOf('unheardOf')).toEqual({
    key: 'unheardOf',
    received: '{"a":1}',
    state: { kind: 'rejected', why: 'unknown-key' },
  });
  const quiet = lines.findIndex(({ state }) => state.kind === 'not-received');
  expect(lines.slice(quiet).every(({ state }) => state.kind === 'not-received')).toBe(true);
  expect(text).toMatch(/^tenantId: rejected: malformed; received "contoso"; in effect nothing$/m);
  expect(text).toMatch(/^snoozeDays: in-effect; received 3; in effect 3$/m);
  expect(text).toMatch(/^policy: [0-9a-f]{16}$/m);
});
