// Digits as people's keyboards write them: Arabic, Persian, Devanagari, full width. No phone metadata.

/** The same text with every decimal digit of any script as 0 to 9, and nothing else changed. */
export function asciiDigits(text: string): string {
  return text.replaceAll(/\p{Nd}/gu, (digit) => String(valueOfDigit(digit.codePointAt(0) ?? 0)));
}

/** Unicode keeps decimal digits in runs of ten that begin with a zero (core specification, section 4.6). */
function valueOfDigit(codePoint: number): number {
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(codePoint - before - 1))) before += 1;
  return before % 10;
}
