import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { managedSchema } from '../../../scripts/policy-files/managed-schema.ts';
import { keptByChromium, requireLoadable } from '../../../tests/chromium-policy.ts';
import { catalog, policyKeys, type Setting } from './catalog.ts';
import { effectiveConnections } from './effective-connections.ts';
import { effectivePolicy } from './effective-policy.ts';
import { disabledReason } from './restrictions.ts';
import type { Rejection } from './setting-definitions.ts';
import { checkPolicy } from './validate.ts';

const schema = JSON.parse(managedSchema());
const everyKey = Object.fromEntries(policyKeys.map((key) => [key, catalog[key].example]));
const settings = Object.entries<Setting>(catalog);

test('the examples and defaults of the catalog are valid policies', () => {
  expect(checkPolicy(everyKey)).toEqual({ values: everyKey, rejected: [] });
  const defaults = Object.fromEntries(
    settings.flatMap(([key, setting]) => (setting.default === undefined ? [] : [[key, setting.default]])),
  );
  expect(checkPolicy(defaults)).toEqual({ values: defaults, rejected: [] });
});

test.each([undefined, null, 7, 'paused', true, [], [{ paused: true }]])('%j is read as an empty policy', (received) => {
  expect(checkPolicy(received)).toEqual({ values: {}, rejected: [] });
});

describe('an invalid key is rejected without affecting other keys', () => {
  test.each<[string, unknown, Rejection]>([
    ['paused', 'true', 'not-true-or-false'],
    ['paused', 1, 'not-true-or-false'],
    ['snoozeDays', '7', 'not-a-whole-number'],
    ['snoozeDays', 7.5, 'not-a-whole-number'],
    ['snoozeDays', 0, 'out-of-range'],
    ['snoozeDays', 91, 'out-of-range'],
    ['cloud', 'Global', 'not-a-choice'],
    ['cloud', 0, 'not-text'],
    ['tenantId', 'contoso.example', 'malformed'],
    ['tenantId', ' 11111111-2222-4333-8444-555555555555', 'malformed'],
    ['tenantId', '', 'malformed'],
    ['organizationName', 'Contoso\nLtd', 'malformed'],
    ['organizationName', 'Contoso \ud800', 'malformed'],
    ['organizationName', 'C'.repeat(81), 'malformed'],
    ['bannerStart', '2026-02-30', 'no-such-day'],
    ['bannerStart', '1 September', 'malformed'],
    ['accountPages', 'https://account.contoso.example', 'not-a-list'],
    ['accountPages', ['https://account.contoso.example', 7], 'not-text'],
    ['accountPages', ['https://*.contoso.example/'], 'malformed'],
    ['accountPages', Array(21).fill('https://account.contoso.example/'), 'too-many'],
    ['gatewayUrl', 'https://gateway.contoso.example:99999', 'no-such-address'],
    ['gatewayUrl', 'http://gateway.contoso.example', 'malformed'],
    ['gatewayUrl', 'https://graph.microsoft.com', 'not-a-gateway'],
    ['gatewayUrl', 'https://LOGIN.microsoftonline.us:443/', 'not-a-gateway'],
    ['gatewayScope', 'https://contoso.example/PhoneVerification', 'malformed'],
    ['gatewayScope', 'api://contoso.example/.default', 'malformed'],
    ['gatewayScope', 'api://contoso.example/One api://contoso.example/Two', 'malformed'],
    ['gatewayScope', 'api://graph.microsoft.com/User.Read', 'not-a-gateway'],
    ['gatewayScope', 'api://00000003-0000-0000-c000-000000000000/User.Read', 'not-a-gateway'],
    ['allowedCountries', ['GB', 'gb'], 'malformed'],
  ])('%s: %j', (key, value, why) => {
    const other = key === 'tenantLock' ? {} : { tenantLock: true };
    expect(checkPolicy({ ...other, [key]: value })).toEqual({ values: other, rejected: [{ key, why }] });
  });

  test('an unknown key', () => {
    expect(checkPolicy({ tenantID: 'x', paused: true })).toEqual({
      values: { paused: true },
      rejected: [{ key: 'tenantID', why: 'unknown-key' }],
    });
  });
});

test('case 67: a gateway of Microsoft in policy leaves the connection without a gateway', () => {
  const { tenantId, clientId, gatewayUrl, gatewayScope } = everyKey;
  const gatewayOf = (policy: object) =>
    effectiveConnections([], effectivePolicy(checkPolicy({ tenantId, clientId, ...policy })))[0]?.gateway;
  expect(gatewayOf({ gatewayUrl, gatewayScope })).toEqual({ url: gatewayUrl, scope: gatewayScope });
  for (const scope of ['https://graph.microsoft.com/.default', 'api://graph.microsoft.com/User.Read']) {
    expect(gatewayOf({ gatewayUrl, gatewayScope: scope })).toBeUndefined();
  }
  expect(gatewayOf({ gatewayUrl: 'https://graph.microsoft.com', gatewayScope })).toBeUndefined();
});

describe('case 24: links', () => {
  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'http://help.contoso.example',
    'https://',
    'https://user:password@help.contoso.example/',
    'https://help.contoso.example\\@elsewhere.example/',
    'https://help.contoso.example/<script>',
    'https://help.contoso.example/ x',
    'HTTPS://help.contoso.example/',
    '//help.contoso.example',
    `https://help.contoso.example/${'a'.repeat(1000)}`,
  ])('%s is refused', (link) => {
    for (const key of ['supportUrl', 'learnMoreUrl', 'strongerMethodsUrl']) {
      expect(checkPolicy({ [key]: link }).values).toEqual({});
    }
  });

  test('an email address or phone number with additional content is rejected', () => {
    const hostile = { supportEmail: 'help@contoso.example?bcc=other@elsewhere.example', supportPhone: '12,,,34' };
    expect(checkPolicy(hostile).values).toEqual({});
    expect(checkPolicy({ supportEmail: 'javascript:alert(1)//@contoso.example' }).values).toEqual({});
  });
});

test('Chromium loads the generated schema and keeps every example', () => {
  expect(() => requireLoadable(schema)).not.toThrow();
  expect(() => requireLoadable({ type: ['string', 'null'] })).toThrow();
  expect(() => requireLoadable({ type: 'object', properties: { a: { type: 'string', default: '' } } })).toThrow();
  expect(keptByChromium(schema, everyKey).sort()).toEqual([...policyKeys].sort());
});

/** Rejections that a schema for Chromium cannot express. */
const onlyOurs: Rejection[] = ['too-many', 'no-such-day', 'no-such-address', 'not-a-gateway'];

const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'javascript:alert(1)',
    '<img src=x onerror=alert(1)>',
    '\u202e',
    '\ud800',
    '',
  ),
  fc.integer({ min: 1, max: 20_000 }).map((size) => 'a1-'.repeat(size)),
);
const hostileValue = fc.oneof(
  hostileText,
  fc.anything({ withNullPrototype: true, withObjectString: true }),
  fc.double(),
  fc.array(hostileText, { maxLength: 300 }),
);
const anyOf = (key: string, setting: Setting) => {
  const valid = fc.constant<unknown>(setting.example);
  const near = valid.chain((example) =>
    fc.oneof(
      fc.tuple(hostileText, fc.boolean()).map(([text, first]) => (first ? text + example : example + text)),
      fc.constant([example]),
      fc.constant(String(example)),
      fc.integer().map((by) => (typeof example === 'number' ? example + (by % 200) : by)),
      fc.array(fc.oneof(fc.constant(Array.isArray(example) ? example[0] : example), hostileText), { maxLength: 30 }),
    ),
  );
  return fc.tuple(fc.constant(key), fc.oneof(valid, near, hostileValue));
};
const anyEntry = fc.oneof(
  fc.oneof(...settings.map(([key, setting]) => anyOf(key, setting))),
  fc.tuple(fc.oneof(hostileText, fc.constantFrom('toString', 'hasOwnProperty', 'tenantID')), hostileValue),
);
/** Own keys as from JSON, also one named `__proto__`. */
const anyPolicy = fc.array(anyEntry, { maxLength: 30, size: 'max' }).map((entries) => {
  const policy: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    Object.defineProperty(policy, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return policy;
});

test('case 60: 5,000 random policies: never throws, nothing outside the catalog, and Chromium would say the same', () => {
  const seen = { valid: 0, rejected: 0 };
  fc.assert(
    fc.property(anyPolicy, (policy) => {
      const { values, rejected } = checkPolicy(policy);
      const kept = keptByChromium(schema, policy);
      expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
      for (const [key, value] of Object.entries(values)) {
        expect(policyKeys).toContain(key);
        expect(value).toEqual(policy[key]);
        expect(kept).toContain(key);
      }
      for (const key of kept) {
        if (Object.hasOwn(values, key)) continue;
        expect(onlyOurs).toContain(rejected.find((each) => each.key === key)?.why);
      }
      const effective = effectivePolicy({ values });
      expect(effectiveConnections([], effective).length).toBeLessThanOrEqual(disabledReason(effective) ? 0 : 1);
      // Each received key is either valid or rejected.
      for (const key of policyKeys.filter((each) => Object.hasOwn(policy, each))) {
        expect(Object.hasOwn(values, key)).toBe(!rejected.some((each) => each.key === key));
      }
      expect(rejected.length).toBeLessThanOrEqual(policyKeys.length + 50);
      expect(JSON.stringify(rejected).length).toBeLessThan(50_000);
      seen.valid += Object.keys(values).length;
      seen.rejected += rejected.length;
    }),
    { numRuns: 5_000 },
  );
  expect(({} as Record<string, unknown>).paused).toBeUndefined();
  // Both outcomes have to occur often.
  expect(seen.valid).toBeGreaterThan(5_000);
  expect(seen.rejected).toBeGreaterThan(5_000);
});
