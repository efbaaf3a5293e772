import { expect, test } from 'vitest';
import { freshSignInClaims, withClientCapabilities } from './claims.ts';

const capabilities = { xms_cc: { values: ['cp1'] } };
const claimsOf = (challenge: string | undefined) => JSON.parse(withClientCapabilities(challenge));

test('case 36: the client capability is declared without a challenge', () => {
  expect(claimsOf(undefined)).toEqual({ access_token: capabilities });
});

test('case 36: a challenge is kept unchanged', () => {
  expect(claimsOf(freshSignInClaims)).toEqual({
    access_token: { amr: { essential: true, values: ['ngcmfa'] }, ...capabilities },
  });
  const challenge = { access_token: { nbf: { essential: true, value: '1' } }, id_token: { auth_time: null } };
  expect(claimsOf(JSON.stringify(challenge))).toEqual({
    ...challenge,
    access_token: { ...challenge.access_token, ...capabilities },
  });
});

test('case 36: a challenge cannot remove the client capability', () => {
  expect(claimsOf('{"access_token":{"xms_cc":{"values":[]}}}')).toEqual({ access_token: capabilities });
});

test.each(['', 'no JSON', 'null', '7', '{"access_token":null}', '{"access_token":7}'])(
  'the invalid challenge %j is ignored',
  (challenge) => {
    expect(claimsOf(challenge)).toEqual({ access_token: capabilities });
  },
);
