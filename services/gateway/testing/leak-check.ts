/** Its digits may equal those of a phone number. */
const guid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** Finds phone numbers, codes and access tokens of a test in logs and answers. */
export function createLeakCheck() {
  const secrets: RegExp[] = [];
  return {
    /** In any form; finds other forms with the same last nine digits, also with one separator between digits. */
    addNumber(text: unknown) {
      const digits = typeof text === 'string' ? text.replace(/\D/g, '') : '';
      if (digits.length >= 9) secrets.push(new RegExp([...digits.slice(-9)].join('[^0-9]?')));
    },
    /** Hexadecimal ids may contain the digits of a code by chance. */
    addCode: (code: string) => secrets.push(new RegExp(`(?<![0-9a-f])${code}(?![0-9a-f])`)),
    addToken: (token: string) => secrets.push(new RegExp(token.replaceAll(/[^\w-]/g, '\\$&'))),
    isIn: (text: string) => secrets.some((secret) => secret.test(text.replaceAll(guid, ''))),
  };
}
