import { expect, test } from 'vitest';
import {
  type Claims,
  clientCapabilities,
  coversClaims,
  decodeClaims,
  freshSignIn,
  joinChallenges,
  mergeClaims,
  parseClaims,
} from './claims.ts';

const acrs = (value: string): Claims => ({ access_token: { acrs: { essential: true, value } } });
const policies: Claims = { access_token: { polids: { essential: true, values: ['one', 'two'] } } };

test('case 36: a challenge keeps its claims when the client capability is added', () => {
  const challenge: Claims = { access_token: { nbf: { essential: true, value: '1' } }, id_token: { auth_time: null } };
  expect(mergeClaims(challenge, clientCapabilities)).toEqual({
    access_token: { ...challenge.access_token, xms_cc: { values: ['cp1'] } },
    id_token: { auth_time: null },
  });
});

test('case 36: a challenge cannot remove the client capability', () => {
  for (const values of [[], ['other']]) {
    const merged = mergeClaims({ access_token: { xms_cc: { values } } }, clientCapabilities);
    expect(merged.access_token?.xms_cc?.values).toContain('cp1');
  }
});

test('a later claim replaces an earlier one with a value, and joins one with a list', () => {
  expect(mergeClaims(acrs('c1'), undefined, policies, acrs('c2'))).toEqual({
    access_token: { ...policies.access_token, ...acrs('c2').access_token },
  });
  const listed: Claims = { access_token: { amr: { values: ['mfa'] } } };
  expect(mergeClaims(listed, { access_token: { amr: null } })).toEqual({ access_token: { amr: null } });
  const amr: Claims = { access_token: { amr: { values: ['mfa', 'ngcmfa'] } } };
  expect(mergeClaims(amr, freshSignIn).access_token?.amr).toEqual({ essential: true, values: ['mfa', 'ngcmfa'] });
});

test.each<[string, Claims | undefined, Claims, boolean]>([
  ['the same claim', acrs('c1'), acrs('c1'), true],
  ['more than demanded', mergeClaims(acrs('c1'), freshSignIn), acrs('c1'), true],
  ['another value', acrs('c1'), acrs('c2'), false],
  ['another claim', freshSignIn, acrs('c1'), false],
  ['a part of the values', { access_token: { polids: { values: ['one'] } } }, policies, false],
  ['the claim of another token', { id_token: { acrs: { value: 'c1' } } }, acrs('c1'), false],
  ['nothing', undefined, acrs('c1'), false],
  ['the value as a list', { access_token: { acrs: { values: ['c1'] } } }, acrs('c1'), true],
  ['the only value of a list', acrs('c1'), { access_token: { acrs: { values: ['c1'] } } }, true],
  ['no claim where one without a value is demanded', {}, { id_token: { auth_time: null } }, false],
  ['a claim without a value', { id_token: { auth_time: null } }, { id_token: { auth_time: null } }, true],
])('a sign-in that asked for %s', (_, asked, demanded, covers) => {
  expect(coversClaims(asked, demanded)).toBe(covers);
});

test('only the known members of a challenge are kept', () => {
  const text = '{"access_token":{"acrs":{"essential":true,"value":"c1","note":"x"}},"userinfo":{"name":null},"more":1}';
  expect(parseClaims(text)).toEqual(acrs('c1'));
});

test.each(['', 'no JSON', 'null', '7', '[1]', '{}', '{"access_token":null}', '{"access_token":{"acrs":"c1"}}'])(
  'the invalid challenge %j is an error',
  (challenge) => {
    expect(() => parseClaims(challenge, { status: 401 })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ code: 'invalid-claims', status: 401 }) }),
    );
  },
);

test('a challenge of 4 kB is read, a longer one is an error', () => {
  const ofLength = (length: number) => JSON.stringify(acrs('')).replace('""', `"${'c'.repeat(length)}"`);
  const frame = ofLength(0).length;
  expect(parseClaims(ofLength(4_096 - frame)).access_token?.acrs?.value).toHaveLength(4_096 - frame);
  expect(() => parseClaims(ofLength(4_097 - frame))).toThrow();
});

test('a challenge that has 4 kB in characters but not in bytes, or grows when it is written again, is an error', () => {
  expect(() => parseClaims(JSON.stringify(acrs('é'.repeat(2_050))))).toThrow();
  const values = Array(500).fill('1e20').join();
  expect(() => parseClaims(`{"access_token":{"acrs":{"values":[${values}]}}}`)).toThrow();
  expect(parseClaims('{"access_token":{"acrs":{"values":[1e20]}}}')).toEqual({
    access_token: { acrs: { values: [1e20] } },
  });
});

test('challenges are joined up to 4 kB, then the newer one is kept', () => {
  const long = (name: string): Claims => ({ access_token: { [name]: { value: 'x'.repeat(2_040) } } });
  expect(joinChallenges(acrs('c1'), policies)).toEqual(mergeClaims(acrs('c1'), policies));
  expect(joinChallenges(long('one'), long('two'))).toEqual(long('two'));
  const frame = JSON.stringify(mergeClaims(long('one'), acrs(''))).length;
  const fitting = acrs('y'.repeat(4_096 - frame));
  expect(joinChallenges(long('one'), fitting)).toEqual(mergeClaims(long('one'), fitting));
  const over = acrs('y'.repeat(4_097 - frame));
  expect(joinChallenges(long('one'), over)).toEqual(over);
});

test.each([
  ['Pz8/', '???'],
  ['Pz8_', '???'],
  ['fn4+fg==', '~~>~'],
  ['fn4-fg', '~~>~'],
  ['w6nDqQ', 'éé'],
  ['fn4=fn4+', ''],
  ['%%%', ''],
  ['a', ''],
])('%s is decoded', (encoded, text) => {
  expect(decodeClaims(encoded)).toBe(text);
});
