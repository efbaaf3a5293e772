/**
 * Masks all but the country code and the last three digits: `+44 7700900982` becomes `+44 •••• 982`.
 * @param phoneNumber as in Microsoft Graph, `+{country code} {national number}x{extension}`; without the space, the
 * country code is masked as well
 */
export function maskNumber(phoneNumber: string): string {
  const [withoutExtension = ''] = phoneNumber.split('x');
  const countryCode = /^\+\d{1,3}(?= )/.exec(withoutExtension)?.[0];
  const digits = withoutExtension.slice(countryCode?.length ?? 0).replace(/\D/g, '');
  const masked = `•••• ${digits.slice(-3)}`.trimEnd();
  return countryCode ? `${countryCode} ${masked}` : masked;
}

/** Masks a user name that is a phone number: `preferred_username` has no specified format (OpenID Connect Core, 5.1). */
export function maskIfNumber(userName: string): string {
  return /^\+?[\d\s().-]{7,}$/.test(userName) ? maskNumber(userName) : userName;
}

/** Compares masked numbers without their country code, because a directory may store a number without it. */
export function endsAlike(one: string, other: string): boolean {
  return one.slice(-3) === other.slice(-3);
}
