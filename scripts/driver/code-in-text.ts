/** @returns the code of a text message of the sign-in service or of a gateway */
export function codeIn(body: string | undefined): string {
  const code = body?.match(/\b\d{6}\b/g)?.at(-1);
  if (!code) throw new Error('There is no text with a code.');
  return code;
}
