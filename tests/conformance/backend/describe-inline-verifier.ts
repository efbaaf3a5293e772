// The conformance suite of every InlineVerifier (lib/background/backend.ts).
import { beforeEach, describe, expect, test } from 'vitest';
import type { InlineVerifier } from '../../../lib/background/backend.ts';
import { type ErrorKind, errorKinds, IdentityError } from '../../../lib/shared/model/errors.ts';
import type { Challenge } from '../../../lib/shared/model/phone-verification.ts';

export interface InlineVerifierUnderTest {
  /** Of a user without a phone. */
  verifier: InlineVerifier;
  /** Codes texted to a number, newest first. */
  codes(number: string): string[];
  advance(milliseconds: number): void;
  /** Breaks the next answer in this way. */
  breakAnswers(
    how: 'dropped' | 'dropped after acting' | 'cut short' | 'html' | 'throttled' | 'outage' | 'wrong types',
  ): void;
  /** The time of this machine's clock, which differs from the verifier's, in milliseconds. */
  now(): number;
}

/** @param make called before each test */
export function describeInlineVerifier(name: string, make: () => Promise<InlineVerifierUnderTest>): void {
  describe(name, () => {
    const number = '+447700900160';
    const request = { phoneNumber: number, type: 'mobile', purpose: 'add' } as const;
    let under: InlineVerifierUnderTest;
    let id: string;
    beforeEach(async () => {
      under = await make();
      id = crypto.randomUUID();
    });

    const kindOf = async (call: Promise<unknown>): Promise<ErrorKind> => {
      const thrown = await call.then(
        () => undefined,
        (error) => error,
      );
      expect(thrown).toBeInstanceOf(IdentityError);
      expect(Object.keys(errorKinds)).toContain(thrown.kind);
      expect(JSON.stringify(thrown.details) + thrown.message).not.toContain(number.slice(-8));
      return thrown.kind;
    };
    const newestCode = () => under.codes(number)[0] ?? '';
    const settled = async (challenge: Challenge): Promise<Challenge> =>
      challenge.state === 'confirmed' || challenge.state === 'writing'
        ? settled(await under.verifier.get(id))
        : challenge;

    test("start texts a code and returns the masked number and times by this machine's clock", async () => {
      const challenge = await under.verifier.start(id, request);
      expect(challenge).toMatchObject({ id, state: 'sent', sentTo: '+44 •••• 160' });
      expect(newestCode()).toHaveLength(challenge.codeLength);
      expect(Math.abs(challenge.sentAt - under.now())).toBeLessThan(5_000);
      expect(challenge.resendAt).toBeGreaterThan(challenge.sentAt);
      expect(challenge.expiresAt).toBeGreaterThan(challenge.resendAt);
    });

    test('repeated starts with one id send one text', async () => {
      const first = await under.verifier.start(id, request);
      await Promise.all([under.verifier.start(id, request), under.verifier.start(id, request)]);
      expect(under.codes(number)).toHaveLength(1);
      expect((await under.verifier.get(id)).id).toBe(first.id);
    });

    test('confirm with the right code registers the number', async () => {
      await under.verifier.start(id, request);
      expect(await settled(await under.verifier.confirm(id, newestCode()))).toMatchObject({ state: 'done' });
    });

    test('a wrong code costs a try, which a resend does not restore', async () => {
      const { attemptsLeft } = await under.verifier.start(id, request);
      const wrong = newestCode() === '123456' ? '123457' : '123456';
      expect(await kindOf(under.verifier.confirm(id, wrong))).toBe('wrong-code');
      expect(await kindOf(under.verifier.resend(id))).toBe('send-throttled');
      under.advance(31_000);
      expect((await under.verifier.resend(id)).attemptsLeft).toBe(attemptsLeft - 1);
    });

    test('an older, an expired and a used code are refused with different kinds', async () => {
      await under.verifier.start(id, request);
      const older = newestCode();
      under.advance(31_000);
      await under.verifier.resend(id);
      expect(await kindOf(under.verifier.confirm(id, older))).toBe('code-replaced');
      const code = newestCode();
      await settled(await under.verifier.confirm(id, code));
      expect(await kindOf(under.verifier.confirm(id, code))).toBe('code-used');
      const later = crypto.randomUUID();
      await under.verifier.start(later, { ...request, phoneNumber: '+447700900161', purpose: 'change' });
      under.advance(11 * 60_000);
      expect(await kindOf(under.verifier.confirm(later, under.codes('+447700900161')[0] ?? ''))).toBe('code-expired');
    });

    test('an unknown and a cancelled verification are code-expired', async () => {
      expect(await kindOf(under.verifier.get(id))).toBe('code-expired');
      await under.verifier.start(id, request);
      const code = newestCode();
      await under.verifier.cancel(id);
      expect(await kindOf(under.verifier.confirm(id, code))).toBe('code-expired');
    });

    test.each([
      ['+442079460160', 'cannot-receive-texts'],
      ['+4477', 'invalid-number'],
    ])('%s is refused as %s before a text', async (refused, kind) => {
      expect(await kindOf(under.verifier.start(id, { ...request, phoneNumber: refused }))).toBe(kind);
      expect(await kindOf(under.verifier.get(id))).toBe('code-expired');
    });

    test.each([
      ['dropped', 'offline'],
      ['cut short', 'offline'],
      ['html', 'unexpected-answer'],
      ['wrong types', 'unexpected-answer'],
      ['throttled', 'service-unavailable'],
      ['outage', 'service-unavailable'],
    ] as const)('an answer that is %s reads as %s', async (how, kind) => {
      under.breakAnswers(how);
      expect(await kindOf(under.verifier.start(id, request))).toBe(kind);
    });

    test('get returns the challenge after a lost answer', async () => {
      under.breakAnswers('dropped after acting');
      expect(await kindOf(under.verifier.start(id, request))).toBe('offline');
      expect(await under.verifier.get(id)).toMatchObject({ state: 'sent' });
      expect(under.codes(number)).toHaveLength(1);
    });
  });
}
