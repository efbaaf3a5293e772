// The texts in GSM 03.38 letters, so that each fits one SMS.

/**
 * The last line binds the code to a host, so that phones autofill it only there ("Origin-bound one-time codes delivered
 * via SMS", Web Incubator CG).
 */
export function codeText({ code, organization, host }: { code: string; organization: string; host: string }): string {
  return [
    `${code.slice(0, 3)} ${code.slice(3)} is your code to register this number with ${organization}.`,
    'Nobody will ask you for it.',
    '',
    `@${host} #${code}`,
  ].join('\n');
}

/** Tells the old or the other phone number about a change, which its owner may not have made. */
export function noticeText({ organization, changed }: { organization: string; changed: boolean }): string {
  const what = changed
    ? `The phone number of your account at ${organization} was changed to another number.`
    : `Another phone number was added to your account at ${organization}.`;
  return `${what}\nIf this was not you, contact your organization's help desk now.`;
}
