import { expect, test } from 'vitest';
import { Problem } from '../problems.ts';
import { type DestinationRules, textDestination } from './destination.ts';

const open: DestinationRules = { allowedCountries: undefined, refusedCountries: [], additionalMobileRanges: [] };

/** The problem kind, or the number that is texted. */
function judge(number: string, rules: Partial<DestinationRules> = {}): string {
  try {
    return textDestination(number, { ...open, ...rules }).e164;
  } catch (error) {
    if (error instanceof Problem) return error.kind;
    throw error;
  }
}

test.each([
  ['pay-per-call in New York', '+1 212 976 0100'],
  ['pay-per-call in Toronto', '+1 416 976 0100'],
  ['pay-per-call in Jamaica', '+1 876 976 0100'],
  ['a carrier access code', '+1 212 950 0100'],
  ['directory enquiries', '+1 212 555 1212'],
  ['directory enquiries beside the numbers for fiction', '+1 212 555 0200'],
  ['premium rate', '+1 900 234 5678'],
  ['a personal number', '+1 500 234 5678'],
  ['toll-free', '+1 800 234 5678'],
  ['premium rate in the United Kingdom', '+44 909 879 0123'],
  ['a pager', '+44 7600 123456'],
  ['shared cost in Germany', '+49 137 1234567'],
  ['premium rate in Finland', '+358 600 123456'],
])('case 75: %s (%s) gets no text, also where every country and the range are allowed', (_, number) => {
  expect(judge(number)).toBe('cannot-receive-texts');
  if (number.startsWith('+1 212'))
    expect(judge(number, { additionalMobileRanges: ['+1212xxxxxxx'] })).toBe('cannot-receive-texts');
});

test.each([
  ['another central office code', '+1 212 975 0100'],
  ['a line number that looks like the code', '+1 212 234 9760'],
  ['an area code that looks like the code', '+1 976 234 5678'],
  ['a number for fiction', '+1 212 555 0100'],
  ['the last number for fiction', '+1 212 555 0199'],
  ['another country', '+44 7976 012345'],
])('case 75: %s (%s) is no pay-per-call number', (_, number) => {
  expect(judge(number)).not.toBe('cannot-receive-texts');
});

test('case 47: countries are allowed and refused by their codes, and a range needs its full length', () => {
  expect(judge('+44 7400 123456', { allowedCountries: ['GB'] })).toBe('+447400123456');
  expect(judge('+44 7400 123456', { allowedCountries: ['US'] })).toBe('country-refused');
  expect(judge('+44 7400 123456', { refusedCountries: ['GB'] })).toBe('country-refused');
  expect(judge('+44 7700 900101')).toBe('invalid-number');
  expect(judge('+44 7700 900101', { additionalMobileRanges: ['+447700900xxx'] })).toBe('+447700900101');
  expect(judge('+44 7700 900101', { additionalMobileRanges: ['+447700900xx'] })).toBe('invalid-number');
  expect(judge('+44 7700 900101', { additionalMobileRanges: ['+447700901xxx'] })).toBe('invalid-number');
  expect(judge('+44 7700 900101', { additionalMobileRanges: ['+447700900xxx'], allowedCountries: ['GB'] })).toBe(
    '+447700900101',
  );
  expect(judge('+44 7700 900101', { additionalMobileRanges: ['+447700900xxx'], refusedCountries: ['GB'] })).toBe(
    'country-refused',
  );
});

test('case 47: a destination is told in E.164, as Graph writes it, and masked', () => {
  expect(textDestination('+44 (7400) 123-456', open)).toEqual({
    e164: '+447400123456',
    phoneNumber: '+44 7400123456',
    masked: '+44 •••• 456',
    callingCode: '+44',
  });
});

test.each([
  '',
  '+',
  ' +447400123456',
  '07400 123456',
  '447400123456',
  'x+447400123456',
  '+447400123456 or later',
  '+44 7400 12',
])('case 47: "%s" is no phone number', (input) => expect(judge(input)).toBe('invalid-number'));

test('case 47: a number of an impossible length is refused within an additional range, too', () => {
  expect(judge('+44770012', { additionalMobileRanges: ['+44770xxx'] })).toBe('invalid-number');
});

test('case 75: digits of a pay-per-call range elsewhere in a number, or in another country, do not count', () => {
  expect(judge('+1 212 597 6100')).toBe('+12125976100');
  expect(judge('+49 151 97612345')).toBe('+4915197612345');
});
