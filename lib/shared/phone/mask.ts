// What may be shown and stored of a phone number. No phone metadata: the background uses this too.

/**
 * Masks a number as Microsoft Graph writes it, `+{country code} {national number}x{extension}`, to its country code and
 * last three digits: `+44 7700900982` becomes `+44 •••• 982`. Without the space the country code cannot be told from
 * the number, and only the last digits remain. An extension is left out.
 */
export function maskNumber(number: string): string {
  const [withoutExtension = ''] = number.split('x');
  const countryCode = /^\+\d{1,3}(?= )/.exec(withoutExtension)?.[0];
  const digits = withoutExtension.slice(countryCode?.length ?? 0).replace(/\D/g, '');
  const masked = `•••• ${digits.slice(-3)}`;
  return countryCode ? `${countryCode} ${masked}` : masked;
}
