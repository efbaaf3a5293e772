import { afterEach, describe, expect, test } from 'vitest';
import { alice, type GatewayUnderTest, gatewayUnderTest, newId } from '../testing/gateway-under-test.ts';
import type { Fault } from '../testing/tenant.ts';

const minute = 60_000;
let under: GatewayUnderTest;
afterEach(() => under.end());

async function sent(purpose: 'add' | 'change' = 'add') {
  under = await gatewayUnderTest();
  if (purpose === 'change') under.tenant.setPhone(alice, 'mobile', '+44 7700900109');
  const id = newId();
  expect((await under.start(alice, id, { purpose })).status).toBe(200);
  return { gateway: under, id };
}

const post = (fault: Partial<Fault>): Fault => ({ method: 'POST', path: 'phoneMethods', times: 1, ...fault });

describe('a write to Graph that fails at first', () => {
  test('a throttled write is repeated after Retry-After and then done', async () => {
    const { gateway, id } = await sent();
    gateway.tenant.faults.push(post({ status: 429, retryAfter: 20 }));
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('writing');
    gateway.advance(19_999);
    expect((await gateway.get(alice, id)).body.state).toBe('writing');
    expect(gateway.tenant.writes()).toHaveLength(1);
    gateway.advance(1);
    expect((await gateway.get(alice, id)).body.state).toBe('done');
    expect(gateway.tenant.phoneNumber(alice)).toBe('+44 7700900101');
  });

  test('a write throttled without Retry-After is repeated with exponential backoff', async () => {
    const { gateway, id } = await sent();
    gateway.tenant.faults.push(post({ status: 429, times: 3 }));
    await gateway.confirm(alice, id, gateway.code());
    const tries: number[] = [];
    for (let second = 0; second < 10; second++) {
      await gateway.get(alice, id);
      tries.push(gateway.tenant.writes().length);
      gateway.advance(1000);
    }
    expect(tries).toEqual([1, 2, 2, 3, 3, 3, 3, 4, 4, 4]);
    expect((await gateway.get(alice, id)).body.state).toBe('done');
  });

  test('an outage of an hour fails the registration with service-unavailable; a shorter one does not', async () => {
    const { gateway, id } = await sent();
    gateway.tenant.faults.push({ path: 'phoneMethods', times: 1000, status: 503 });
    await gateway.confirm(alice, id, gateway.code());
    gateway.advance(59 * minute);
    expect((await gateway.get(alice, id)).body.state).toBe('writing');
    gateway.advance(minute);
    expect((await gateway.get(alice, id)).body).toMatchObject({
      state: 'failed',
      error: { kind: 'service-unavailable' },
    });
  });

  for (const [what, fault] of Object.entries({
    'a lost answer': {},
    'a 504': { status: 504 },
  })) {
    test(`after ${what} to a write that took effect, a read finds the number and nothing is written again`, async () => {
      const { gateway, id } = await sent();
      gateway.tenant.settings.propagationMs = 5000;
      gateway.tenant.faults.push(post({ ...fault, after: true }));
      expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('writing');
      gateway.advance(2000);
      expect((await gateway.get(alice, id)).body.state).toBe('writing');
      gateway.advance(5000);
      expect((await gateway.get(alice, id)).body.state).toBe('done');
      expect(gateway.tenant.writes()).toHaveLength(1);
    });
  }

  test('a number that Graph shows late is written once and stays in state writing until then', async () => {
    const { gateway, id } = await sent();
    gateway.tenant.settings.propagationMs = 25_000;
    await gateway.confirm(alice, id, gateway.code());
    for (let second = 0; second < 24; second += 2) {
      gateway.advance(2000);
      expect((await gateway.get(alice, id)).body.state).toBe('writing');
    }
    gateway.advance(16_000);
    expect((await gateway.get(alice, id)).body.state).toBe('done');
    expect(gateway.tenant.writes()).toHaveLength(1);
  });

  test('a write that Graph accepts without effect is repeated after the propagation time', async () => {
    const { gateway, id } = await sent('change');
    gateway.tenant.settings.ignoredWrites = 1;
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('writing');
    gateway.advance(30_000);
    expect((await gateway.get(alice, id)).body.state).toBe('done');
    expect(gateway.tenant.phoneNumber(alice)).toBe('+44 7700900101');
    expect(gateway.tenant.writes()).toHaveLength(2);
  });

  test('a write without effect is tried three times, then the registration fails', async () => {
    const { gateway, id } = await sent();
    gateway.tenant.settings.ignoredWrites = 10;
    await gateway.confirm(alice, id, gateway.code());
    for (let round = 0; round < 3; round++) {
      gateway.advance(30_000);
      await gateway.get(alice, id);
    }
    expect((await gateway.get(alice, id)).body).toMatchObject({ error: { kind: 'service-unavailable' } });
    expect(gateway.tenant.writes()).toHaveLength(3);
  });

  test('a write answered 409 whose number shows later is done, with phoneNumberNotUnique', async () => {
    const { gateway, id } = await sent();
    gateway.tenant.inUse.add('+447700900101');
    gateway.tenant.settings.propagationMs = 5000;
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('writing');
    gateway.advance(8000);
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'done', smsSignIn: 'phoneNumberNotUnique' });
  });

  test('a write refused with 401 is repeated with a new application token', async () => {
    const { gateway, id } = await sent();
    gateway.tenant.faults.push(post({ status: 401 }));
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('writing');
    gateway.advance(1000);
    expect((await gateway.get(alice, id)).body.state).toBe('done');
  });
});

describe('a write that Graph refuses', () => {
  for (const [status, kind] of [
    [400, 'invalid-number'],
    [403, 'not-permitted'],
    [404, 'not-permitted'],
  ] as const)
    test(`a write that Graph refuses with ${status} fails with ${kind} and logs the request id`, async () => {
      const { gateway, id } = await sent();
      gateway.tenant.faults.push(post({ status }));
      expect((await gateway.confirm(alice, id, gateway.code())).body).toMatchObject({
        state: 'failed',
        error: { kind },
      });
      expect(gateway.logs).toContainEqual(
        expect.objectContaining({ event: 'graph-refused', status, graphRequestId: expect.any(String) }),
      );
    });

  test('a registration fails with too-many-phones, without a write, when another number was added before', async () => {
    const { gateway, id } = await sent();
    gateway.tenant.setPhone(alice, 'mobile', '+44 7700900109');
    const answer = await gateway.confirm(alice, id, gateway.code());
    expect(answer.body.error?.kind).toBe('too-many-phones');
    expect(gateway.tenant.writes()).toEqual([]);
    expect(gateway.tenant.phoneNumber(alice)).toBe('+44 7700900109');
  });

  test('a registration fails with too-many-phones when another number was added during the write', async () => {
    const { gateway, id } = await sent();
    const meanwhile = () => void gateway.tenant.setPhone(alice, 'mobile', '+44 7700900109');
    gateway.tenant.faults.push(post({ status: 400, meanwhile }));
    const answer = await gateway.confirm(alice, id, gateway.code());
    expect(answer.body.error?.kind).toBe('too-many-phones');
    expect(gateway.tenant.phoneNumber(alice)).toBe('+44 7700900109');
  });

  test('a refused change fails with the cause of the refusal, although the old number is there', async () => {
    const { gateway, id } = await sent('change');
    gateway.tenant.faults.push({ method: 'PATCH', path: 'phoneMethods', times: 1, status: 400 });
    const answer = await gateway.confirm(alice, id, gateway.code());
    expect(answer.body.error?.kind).toBe('invalid-number');
  });

  test('an accepted write that shows another number is settled only after the propagation time', async () => {
    const { gateway, id } = await sent();
    const meanwhile = () => void gateway.tenant.setPhone(alice, 'mobile', '+44 7700900109');
    gateway.tenant.settings.ignoredWrites = 1;
    gateway.tenant.faults.push(post({ after: true, meanwhile }));
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('writing');
    gateway.advance(30_000);
    expect((await gateway.get(alice, id)).body.error?.kind).toBe('too-many-phones');
  });

  test('a registration fails with not-permitted when the account became an administrator after the text', async () => {
    const { gateway, id } = await sent();
    gateway.tenant.memberships.set(alice, [{ id: 'r', '@odata.type': '#microsoft.graph.directoryRole' }]);
    expect((await gateway.confirm(alice, id, gateway.code())).body.error?.kind).toBe('not-permitted');
    expect(gateway.tenant.writes()).toEqual([]);
  });
});

describe('a process that ends between the confirmed code and the write', () => {
  test('after a crash before the write, the next process writes', async () => {
    const { gateway, id } = await sent();
    gateway.tenant.faults.push({ path: 'phoneMethods', times: 1, status: 503 });
    await gateway.confirm(alice, id, gateway.code());
    expect(gateway.tenant.writes()).toEqual([]);
    gateway.advance(1000);
    await gateway.crash();
    expect(gateway.tenant.phoneNumber(alice)).toBe('+44 7700900101');
    expect((await gateway.get(alice, id)).body.state).toBe('done');
  });

  test('after a crash between the write and its answer, the next process reads, writes nothing and notifies the old number', async () => {
    const { gateway, id } = await sent('change');
    const release = gateway.holdGraph('PATCH');
    void gateway.confirm(alice, id, gateway.code());
    await release.arrived;
    await gateway.crash();
    expect((await gateway.get(alice, id)).body.state).toBe('done');
    expect(gateway.tenant.writes()).toHaveLength(1);
    expect(gateway.texts.map(({ to }) => to)).toEqual(['+447700900101', '+447700900109']);
  });

  test('a timer resumes a due registration without a request', async () => {
    const { gateway, id } = await sent();
    gateway.tenant.faults.push({ path: 'phoneMethods', times: 1, status: 503 });
    await gateway.confirm(alice, id, gateway.code());
    gateway.advance(1000);
    await expect.poll(() => gateway.tenant.phoneNumber(alice)).toBe('+44 7700900101');
  });
});
