import * as jose from 'jose';
import { describe, expect, test } from 'vitest';
import { keysCooldownMs, missingClaim, problemOfVerification } from './token-problem.ts';

const { errors } = jose;
const now = 1_000_000;
const judged = (error: unknown, wereKeysJustRead = false) => {
  const { kind, members } = problemOfVerification(error, wereKeysJustRead, now);
  return [kind, members];
};
const outage = ['service-unavailable', { retryAt: now + 5_000 }];

describe('case 80: what a failed check of a token says', () => {
  for (const [name, error] of Object.entries({
    'a wrong claim': new errors.JWTClaimValidationFailed('', {}),
    'an expired token': new errors.JWTExpired('', {}),
    'an invalid token': new errors.JWTInvalid(),
    'an invalid signature form': new errors.JWSInvalid(),
    'a wrong signature': new errors.JWSSignatureVerificationFailed(),
    'a refused algorithm': new errors.JOSEAlgNotAllowed(),
    'an unknown algorithm': new errors.JOSENotSupported(),
    'several keys that match': new errors.JWKSMultipleMatchingKeys(),
  }))
    for (const wereKeysJustRead of [true, false])
      test(`${name} is an invalid token${wereKeysJustRead ? ' also right after the keys were read' : ''}`, () => {
        expect(judged(error, wereKeysJustRead)).toEqual(['signed-out', {}]);
      });

  test('an unknown key is an invalid token only if the keys were read for it', () => {
    const unknown = new errors.JWKSNoMatchingKey();
    expect(judged(unknown, false)).toEqual(['signed-out', {}]);
    expect(judged(unknown, true)).toEqual(['service-unavailable', { retryAt: now + keysCooldownMs }]);
  });

  test('anything else is an outage', () => {
    const others = [new errors.JWKSInvalid(), new errors.JWKSTimeout(), new errors.JOSEError(), new TypeError(), 'x'];
    for (const error of others)
      for (const wereKeysJustRead of [true, false]) expect(judged(error, wereKeysJustRead)).toEqual(outage);
  });
});

test('case 70: the first missing claim is named with what to set', () => {
  expect(missingClaim({ tid: '', oid: null, scp: 0 }, ['tid', 'oid', 'scp'])).toBeUndefined();
  expect(missingClaim({ oid: 'x' }, ['oid', 'scp', 'azp'])).toEqual({
    claim: 'scp',
    setting: expect.stringContaining('PhoneVerification'),
  });
  expect(missingClaim({}, ['azp'])?.setting).toContain('requestedAccessTokenVersion');
  for (const claim of ['tid', 'oid'] as const) expect(missingClaim({}, [claim])?.setting).toContain('workforce tenant');
  expect(missingClaim({}, [])).toBeUndefined();
});
