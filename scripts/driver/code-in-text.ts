// The code that a text message carries.

/** @param body of the sign-in service's text, or of a gateway's, whose last line repeats the code for the browser */
export function codeIn(body: string | undefined): string {
  const code = body?.match(/\b\d{6}\b/g)?.at(-1);
  if (!code) throw new Error('There is no text with a code.');
  return code;
}
