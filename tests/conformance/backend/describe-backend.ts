// The conformance suite of every PhoneDirectory and HostedVerifier (lib/background/backend.ts).
import { beforeAll, describe, expect, test } from 'vitest';
import type { HostedVerifier, PhoneDirectory } from '../../../lib/background/backend.ts';
import { type ErrorKind, errorKinds, IdentityError } from '../../../lib/shared/model/errors.ts';
import type { KnownMethod, PhoneType } from '../../../lib/shared/model/phone-method.ts';
import { employees } from '../../../services/sandbox/employees.ts';
import type { Control, FaultRule, Situation } from '../../../services/sandbox/sandbox.ts';

/** The backend of an employee who has just signed in. */
export interface BackendOfEmployee {
  directory: PhoneDirectory;
  hosted?: HostedVerifier;
  tenantId: string;
  /** Requests to the service since the last call of this. */
  requestsSince(): number;
}

export interface BackendUnderTest {
  /** @param permission 'phones': the organization consented only to the phone methods */
  of(situation: Situation, permission?: 'phones' | 'all'): Promise<BackendOfEmployee>;
  control: Control;
  /** The request that reads the phone methods, and the requests that turn SMS sign-in on and off. */
  requests: Record<'reads' | 'writes', Pick<FaultRule, 'host' | 'path' | 'method'>>;
  /** The service's answer to a read; an undefined member is absent. */
  phones(...phones: Record<'id' | 'phoneNumber' | 'type' | 'smsSignIn', unknown>[]): unknown;
}

/**
 * @param hosted whether the service has a page to add numbers
 * @param make runs once before the tests and releases its own resources
 */
export function describeBackend(name: string, hosted: boolean, make: () => Promise<BackendUnderTest>): void {
  describe(name, () => {
    let backend: BackendUnderTest;
    beforeAll(async () => {
      backend = await make();
    });

    const broken = (which: keyof BackendUnderTest['requests'], how: Partial<FaultRule>) =>
      backend.control.fault({ ...backend.requests[which], ...how });
    const methodOf = async (directory: PhoneDirectory, type: PhoneType) => {
      const method = (await directory.snapshot()).methods.find((candidate) => candidate.type === type);
      if (!method) throw new Error(`No ${type} is registered`);
      return method;
    };
    const mobileOf = (directory: PhoneDirectory) => methodOf(directory, 'mobile');

    describe('reads', () => {
      test.each<Situation>(['noPhoneYet', 'mobileReady', 'mobileAlternateAndOffice'])(
        'snapshot reads the methods of %s in at most two requests',
        async (situation) => {
          const { directory, requestsSince } = await backend.of(situation);
          requestsSince();
          const { methods } = await directory.snapshot();
          expect(requestsSince()).toBeLessThanOrEqual(2);
          expect(methods.length).toBeLessThanOrEqual(3);
          for (const { type } of methods) expect(['mobile', 'alternateMobile', 'office']).toContain(type);
        },
      );

      test('snapshot returns no phone, one phone and a phone of each type', async () => {
        const typesOf = async (situation: Situation) =>
          (await (await backend.of(situation)).directory.snapshot()).methods.map(({ type }) => type);
        expect(await typesOf('noPhoneYet')).toEqual([]);
        expect(await typesOf('mobileReady')).toEqual(['mobile']);
        expect((await typesOf('mobileAlternateAndOffice')).sort()).toEqual(['alternateMobile', 'mobile', 'office']);
      });

      test.each([
        ['mobileNotEnabled', 'notEnabled'],
        ['mobileNotConfigured', 'notConfigured'],
        ['mobileReady', 'ready'],
        ['numberInUse', 'phoneNumberNotUnique'],
        ['notAvailableByPolicy', 'notAllowedByPolicy'],
      ] as const)('the mobile number of %s has the SMS sign-in state %s', async (situation, smsSignIn) => {
        const { directory } = await backend.of(situation);
        expect(await mobileOf(directory)).toMatchObject({ smsSignIn });
      });

      test('alternate and office numbers have the SMS sign-in state notSupported', async () => {
        const { directory } = await backend.of('mobileAlternateAndOffice');
        for (const type of ['alternateMobile', 'office'] as const) {
          expect(await methodOf(directory, type)).toMatchObject({ smsSignIn: 'notSupported' });
        }
      });

      test('the default method is read, or unknown without that capability', async () => {
        const { directory } = await backend.of('defaultIsMobileWithAuthenticator');
        const { defaultMethod } = await directory.snapshot();
        expect(defaultMethod).toEqual({ kind: 'sms', systemPreferred: false });
      });

      test('other methods are read if the default method can be read', async () => {
        const of = async (situation: Situation) => (await backend.of(situation)).directory;
        const withApp = await of('mobileAlternateAndOffice');
        expect(await withApp.otherMethods()).toEqual(['push']);
        expect(await (await of('mobileIsOnlyMethod')).otherMethods()).toEqual([]);
      });

      test('with consent only to the phones, snapshot reads them in one request and no default method', async () => {
        const { directory, requestsSince } = await backend.of('defaultIsMobileWithAuthenticator', 'phones');
        requestsSince();
        const { methods, defaultMethod } = await directory.snapshot();
        expect([methods.length, defaultMethod, requestsSince()]).toEqual([1, 'unknown', 1]);
      });
    });

    describe('changes', () => {
      test('enableSmsSignIn turns SMS sign-in on, also the second time', async () => {
        const { directory } = await backend.of('mobileNotEnabled');
        const { id } = await mobileOf(directory);
        await directory.enableSmsSignIn(id);
        expect(await mobileOf(directory)).toMatchObject({ smsSignIn: 'ready' });
        await directory.enableSmsSignIn(id);
        expect(await mobileOf(directory)).toMatchObject({ smsSignIn: 'ready' });
      });

      test('disableSmsSignIn turns SMS sign-in off', async () => {
        const { directory } = await backend.of('mobileReady');
        const { id } = await mobileOf(directory);
        await directory.disableSmsSignIn(id);
        expect(await mobileOf(directory)).toMatchObject({ smsSignIn: 'notEnabled' });
      });

      test('enableSmsSignIn leaves notConfigured unchanged', async () => {
        const { directory } = await backend.of('mobileNotConfigured');
        await directory.enableSmsSignIn((await mobileOf(directory)).id);
        expect(await mobileOf(directory)).toMatchObject({ smsSignIn: 'notConfigured' });
      });

      test('remove removes a number, also the last one', async () => {
        const three = (await backend.of('mobileAlternateAndOffice')).directory;
        await three.remove((await methodOf(three, 'alternateMobile')).id);
        await three.remove((await mobileOf(three)).id);
        expect((await three.snapshot()).methods.map(({ type }) => type)).toEqual(['office']);
        const only = (await backend.of('mobileIsOnlyMethod')).directory;
        await only.remove((await mobileOf(only)).id);
        expect((await only.snapshot()).methods).toEqual([]);
      });

      test('setDefaultMethod changes the default, and then the old default can be removed', async () => {
        backend.control.allowSelfDefault(true);
        const { directory } = await backend.of('defaultIsMobileWithAuthenticator');
        await directory.setDefaultMethod('push');
        expect((await directory.snapshot()).defaultMethod).toEqual({ kind: 'push', systemPreferred: false });
        await directory.remove((await mobileOf(directory)).id);
        expect((await directory.snapshot()).methods).toEqual([]);
      });

      test('a write that the service accepts without effect changes nothing in the next read', async () => {
        const { directory } = await backend.of('mobileNotEnabled');
        const { id } = await mobileOf(directory);
        backend.control.ignoreWrites(1);
        await directory.enableSmsSignIn(id);
        expect(await mobileOf(directory)).toMatchObject({ smsSignIn: 'notEnabled' });
      });
    });

    describe('refusals', () => {
      test('a number in use is refused as number-in-use, and its state shows the conflict', async () => {
        const { directory } = await backend.of('numberInUse');
        const { id } = await mobileOf(directory);
        expect(await refused(directory.enableSmsSignIn(id))).toMatchObject({ kind: 'number-in-use', status: 409 });
        expect(await mobileOf(directory)).toMatchObject({ smsSignIn: 'phoneNumberNotUnique' });
      });

      test('case 51: removing the default method is refused as is-default-method', async () => {
        const { directory } = await backend.of('defaultIsMobileWithAuthenticator');
        const { id } = await mobileOf(directory);
        expect(await refused(directory.remove(id))).toMatchObject({ kind: 'is-default-method', status: 400 });
        expect(await mobileOf(directory)).toMatchObject({ id });
      });

      test('removing the default method is refused as is-default-method when the default cannot be read', async () => {
        const { directory } = await backend.of('defaultIsMobileWithAuthenticator', 'phones');
        const refusal = await refused(directory.remove((await mobileOf(directory)).id));
        expect(refusal).toMatchObject({ kind: 'is-default-method' });
      });

      test('removing a mobile number before the alternate one is refused as needs-other-removed-first', async () => {
        const { directory } = await backend.of('mobileAlternateAndOffice');
        const refusal = await refused(directory.remove((await mobileOf(directory)).id));
        expect(refusal).toMatchObject({ kind: 'needs-other-removed-first' });
      });

      test('case 53: a write ten minutes after the sign-in needs step-up, and succeeds after a new sign-in', async () => {
        const situation = 'mobileNotEnabled';
        const { directory } = await backend.of(situation);
        const { id } = await mobileOf(directory);
        backend.control.ageSignIns(employees[situation], 11 * 60_000);
        expect(await refused(directory.enableSmsSignIn(id))).toMatchObject({ kind: 'needs-step-up', status: 403 });
        const fresh = await backend.of(situation);
        await fresh.directory.enableSmsSignIn(id);
        expect(await mobileOf(fresh.directory)).toMatchObject({ smsSignIn: 'ready' });
      });

      test('a write that is not permitted needs step-up first', async () => {
        const { directory } = await backend.of('notAvailableByPolicy');
        const refusal = await refused(directory.enableSmsSignIn((await mobileOf(directory)).id));
        expect(refusal).toMatchObject({ kind: 'needs-step-up', status: 403 });
        const other = (await backend.of('defaultIsMobileWithAuthenticator')).directory;
        expect(await refused(other.setDefaultMethod('push'))).toMatchObject({ kind: 'needs-step-up', status: 403 });
      });

      test('a refused read is permission-missing', async () => {
        const { directory } = await backend.of('mobileReady');
        broken('reads', { answer: { status: 403 } });
        expect(await refused(directory.snapshot())).toMatchObject({ kind: 'permission-missing', status: 403 });
      });

      test.each([400, 404, 409])('a read that is refused with %d is read-refused', async (status) => {
        const { directory } = await backend.of('mobileReady');
        broken('reads', { answer: { status } });
        expect(await refused(directory.snapshot())).toMatchObject({ kind: 'read-refused', status });
      });

      test('a write to a method that does not exist is refused with 404', async () => {
        const { directory } = await backend.of('noPhoneYet');
        expect(await refused(directory.enableSmsSignIn('no-such-method'))).toMatchObject({ status: 404 });
      });

      test('an error contains the request ids for a help desk and no phone number', async () => {
        const { directory } = await backend.of('numberInUse');
        const { id, phoneNumber } = await mobileOf(directory);
        const error = await directory.enableSmsSignIn(id).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({
          details: { requestId: expect.any(String), correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        });
        const digits = phoneNumber.replace(/\D/g, '').slice(-9);
        expect(`${(error as Error).message} ${JSON.stringify((error as IdentityError).details)}`).not.toContain(digits);
      });
    });

    describe('case 36: token renewal', () => {
      const situation = 'mobileReady';

      test('a token that was refused once is renewed without the user', async () => {
        const { directory } = await backend.of(situation);
        const refusal = broken('reads', { answer: { status: 401 }, times: 1 });
        expect((await directory.snapshot()).methods).toHaveLength(1);
        expect(refusal.hits).toBe(1);
      });

      test('a write whose token was refused is sent once more and then fails as signed-out', async () => {
        const { directory } = await backend.of('mobileNotEnabled');
        const { id } = await mobileOf(directory);
        const refusal = broken('writes', { answer: { status: 401 }, times: 1 });
        await directory.enableSmsSignIn(id);
        expect(refusal.hits).toBe(1);
        const always = broken('writes', { answer: { status: 401 } });
        expect(await refused(directory.disableSmsSignIn(id))).toMatchObject({ kind: 'signed-out', status: 401 });
        expect(always.hits).toBe(2);
      });

      test('a token that was revoked is renewed without the user', async () => {
        const { directory } = await backend.of(situation);
        backend.control.revokeTokens(employees[situation]);
        expect((await directory.snapshot()).methods).toHaveLength(1);
      });
    });

    describe('case 56: outages and invalid answers', () => {
      test('case 45: a 429 gives the retry time of Retry-After', async () => {
        const { directory } = await backend.of('mobileNotEnabled');
        const { id } = await mobileOf(directory);
        for (const [which, act] of [
          ['reads', () => directory.snapshot()],
          ['writes', () => directory.enableSmsSignIn(id)],
        ] as const) {
          const throttle = broken(which, { throttle: { retryAfter: 17 } });
          const before = Date.now();
          const { kind, status, retryAt } = await refused(act());
          expect([kind, status]).toEqual(['service-unavailable', 429]);
          expect(retryAt).toBeGreaterThanOrEqual(before + 17_000);
          expect(retryAt).toBeLessThanOrEqual(Date.now() + 17_000);
          expect(throttle.hits).toBe(1);
          throttle.remove();
        }
      });

      test('a 503 gives the retry time of a date, and none for an invalid Retry-After', async () => {
        const { directory } = await backend.of('mobileReady');
        const date = new Date(Date.now() + 60_000).toUTCString();
        broken('reads', { answer: { status: 503, headers: { 'retry-after': date } }, times: 1 });
        expect(await refused(directory.snapshot())).toMatchObject({
          kind: 'service-unavailable',
          retryAt: Date.parse(date),
        });
        for (const nonsense of ['soon', '-1', '1e9x']) {
          broken('reads', { answer: { status: 503, headers: { 'retry-after': nonsense } }, times: 1 });
          const { retryAt = 0 } = await refused(directory.snapshot());
          expect(retryAt, nonsense).toBeLessThanOrEqual(Date.now());
        }
      });

      test.each([500, 502, 503, 504])('%d is service-unavailable with any body', async (status) => {
        const { directory } = await backend.of('mobileReady');
        for (const body of [{}, '<html>Bad gateway', '', null, { error: 'text' }, { error: { code: 7 } }]) {
          broken('reads', { answer: { status, body }, times: 1 });
          expect(await refused(directory.snapshot())).toMatchObject({ kind: 'service-unavailable', status });
        }
      });

      test('a dropped connection is offline, for a read and for a write that took effect', async () => {
        const { directory } = await backend.of('mobileNotEnabled');
        const { id } = await mobileOf(directory);
        broken('reads', { drop: true, times: 1 });
        expect((await refused(directory.snapshot())).kind).toBe('offline');
        broken('writes', { drop: true, times: 1, when: 'after' });
        expect((await refused(directory.enableSmsSignIn(id))).kind).toBe('offline');
        expect(await mobileOf(directory)).toMatchObject({ smsSignIn: 'ready' });
      });

      test('a truncated answer is offline', async () => {
        const { directory } = await backend.of('mobileReady');
        broken('reads', { truncate: true, times: 1 });
        expect((await refused(directory.snapshot())).kind).toBe('offline');
      });

      const good = { id: 'one', phoneNumber: '+44 7700900982', type: 'mobile', smsSignIn: 'ready' };
      const invalidAnswers: [string, (phones: BackendUnderTest['phones']) => unknown][] = [
        ['a truncated JSON text', (phones) => JSON.stringify(phones(good)).slice(0, -9)],
        ['an HTML page', () => '<!doctype html><title>Sign in to the network</title>'],
        ['an empty body', () => ''],
        ['null', () => 'null'],
        ['a list', () => []],
        ['another object', () => ({ phones: [] })],
        ['an id that is missing', (phones) => phones({ ...good, id: undefined })],
        ['an empty id', (phones) => phones({ ...good, id: '' })],
        ['an id of a wrong type', (phones) => phones({ ...good, id: { toString: 'one' } })],
      ];
      test.each(invalidAnswers)('%s is an unexpected answer', async (_, body) => {
        const { directory } = await backend.of('mobileReady');
        broken('reads', { answer: { status: 200, body: body(backend.phones) } });
        expect(await refused(directory.snapshot())).toMatchObject({ kind: 'unexpected-answer' });
      });

      const known = { ...good, id: 'known' };
      test.each<[string, object]>([
        ['that is null', { phoneNumber: null }],
        ['of another JSON type', { phoneNumber: 447700900982 }],
        ['of 5000 digits', { phoneNumber: `+44 ${'7'.repeat(5000)}` }],
      ])('a phone with a number %s is read without it, beside the others', async (_, odd) => {
        const { directory } = await backend.of('mobileReady');
        broken('reads', { answer: { status: 200, body: backend.phones({ ...good, ...odd }, known) } });
        expect((await directory.snapshot()).methods).toEqual([{ ...good, phoneNumber: '' }, known]);
      });

      test.each<[string, unknown]>([
        ['without an id', { ...good, id: undefined }],
        ['with an id of a wrong type', { ...good, id: 7 }],
        ['that is listed twice', known],
        ['of another type', { ...good, phoneNumber: undefined, type: undefined }],
      ])('a method %s does not hide the others', async (_, odd) => {
        const { directory } = await backend.of('mobileReady');
        const body = backend.phones(known, odd as typeof good);
        broken('reads', { answer: { status: 200, body } });
        expect((await directory.snapshot()).methods).toEqual([known]);
      });

      test('a null in the list does not hide the others', async () => {
        const { directory } = await backend.of('mobileReady');
        const { value } = backend.phones(known) as { value: unknown[] };
        broken('reads', { answer: { status: 200, body: { value: [null, 'text', ...value] } } });
        expect((await directory.snapshot()).methods).toEqual([known]);
      });

      test('unknown values of the service read as unknown', async () => {
        const { directory } = await backend.of('mobileReady');
        const later = [
          { ...good, smsSignIn: 'unknownFutureValue' },
          { ...good, id: 'two', type: 'satellite', smsSignIn: undefined },
          { ...good, id: 'three', type: 'office', smsSignIn: null },
          { ...good, id: 'four', type: null },
        ];
        broken('reads', { answer: { status: 200, body: backend.phones(...later) } });
        expect((await directory.snapshot()).methods).toEqual([
          { ...good, smsSignIn: 'unknown' },
          { ...good, id: 'two', type: 'unknown', smsSignIn: 'unknown' },
          { ...good, id: 'three', type: 'office', smsSignIn: 'unknown' },
          { ...good, id: 'four', type: 'unknown' },
        ]);
      });
    });

    describe.runIf(hosted)('the hosted verifier', () => {
      const known = ({ methods }: { methods: { id: string; phoneNumber: string }[] }): KnownMethod[] =>
        methods.map(({ id, phoneNumber }) => ({ id, masked: phoneNumber.slice(-3) }));

      const hostedOf = async () => {
        const { hosted: verifier, ...rest } = await backend.of('noPhoneYet');
        if (!verifier) throw new Error('The backend has no hosted verifier');
        return { verifier, ...rest };
      };

      test('the hosted verifier returns the URL of a page of the service for the tenant', async () => {
        const { verifier, tenantId } = await hostedOf();
        const url = new URL(verifier.url(tenantId));
        expect(url.protocol).toBe('https:');
        expect(url.searchParams.get('tenantId')).toBe(tenantId);
      });

      test('the hosted verifier recognizes a new and a changed number, and no removed one', async () => {
        const { directory, verifier } = await hostedOf();
        const employee = employees.noPhoneYet;
        const empty = known(await directory.snapshot());
        expect(verifier.registered(empty, empty)).toBeUndefined();
        backend.control.setPhone(employee, 'mobile', '+44 7700900101');
        const one = known(await directory.snapshot());
        expect(verifier.registered(empty, one)).toEqual(one[0]);
        expect(verifier.registered(one, one)).toBeUndefined();
        backend.control.setPhone(employee, 'mobile', '+44 7700900198');
        const changed = known(await directory.snapshot());
        expect(verifier.registered(one, changed)).toEqual(changed[0]);
        backend.control.setPhone(employee, 'office', '+1 2065550109');
        const two = known(await directory.snapshot());
        expect(verifier.registered(changed, two)?.masked).toBe('109');
        expect(verifier.registered(two, changed)).toBeUndefined();
      });
    });
  });
}

/** @returns the details of the IdentityError that the call rejects with */
async function refused(call: Promise<unknown>) {
  const error = await call.then(
    () => new Error('The call was not refused'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof IdentityError)) throw error;
  expect(Object.keys(errorKinds)).toContain(error.kind satisfies ErrorKind);
  return error.details;
}
