import { afterEach, describe, expect, test } from 'vitest';
import type { GatewayConfiguration } from '../configuration.ts';
import type { Phone } from '../directory/graph.ts';
import { type Language, languages } from '../sms/messages.ts';
import type { SendOutcome } from '../sms/sender.ts';
import { alice, bob, type GatewayUnderTest, gatewayUnderTest, newId } from '../testing/gateway-under-test.ts';
import { afterTry, eventForMs, noticeNumber, textForMs } from './announcement.ts';
import { messageId } from './codes.ts';

const minute = 60_000;
const newNumber = '+44 7700900101';
const oldNumber = '+44 7700900109';

describe('afterTry', () => {
  const accepted: SendOutcome = { kind: 'accepted' };
  const refused: SendOutcome = { kind: 'refused' };
  const cannotReceive: SendOutcome = { kind: 'refused', cannotReceive: true };
  const mayBeSent: SendOutcome = { kind: 'unknown' };
  for (const [way, outcome, ageMs, next] of [
    ['text', accepted, textForMs, 'announced'],
    ['event', accepted, eventForMs, 'announced'],
    ['text', refused, textForMs - 1, 'again'],
    ['text', { kind: 'refused', cannotReceive: false }, 0, 'again'],
    ['text', mayBeSent, textForMs - 1, 'again'],
    ['text', refused, textForMs, 'event'],
    ['text', mayBeSent, textForMs, 'event'],
    ['text', cannotReceive, 0, 'event'],
    ['event', refused, eventForMs - 1, 'again'],
    ['event', cannotReceive, 0, 'again'],
    ['event', mayBeSent, eventForMs, 'none'],
    ['event', cannotReceive, eventForMs, 'none'],
  ] as const)
    test(`case 66: a ${way} with the outcome ${JSON.stringify(outcome)} after ${ageMs} ms is followed by: ${next}`, () => {
      expect(afterTry(way, outcome, ageMs)).toBe(next);
    });
});

describe('noticeNumber', () => {
  const destinations = { allowedCountries: undefined, refusedCountries: [], additionalMobileRanges: ['+447700900xxx'] };
  const phone = (phoneType: string, phoneNumber: string): Phone => ({
    id: phoneType,
    phoneType,
    phoneNumber,
    smsSignInState: undefined,
  });
  const chosen = (type: 'mobile' | 'alternateMobile' | 'office', ...phones: Phone[]) =>
    noticeNumber(phones, { type, phoneNumber: newNumber }, destinations);
  const mobile = phone('mobile', '+44 7700900102');
  const alternate = phone('alternateMobile', '+44 7700900103');
  const office = phone('office', '+44 7700900104');
  const desk = phone('office', '+44 2079460018x7');

  test('case 52: the replaced number gets the notice before the mobile number, and this one before any other', () => {
    expect(chosen('alternateMobile', mobile, alternate, office)).toBe(alternate.phoneNumber);
    expect(chosen('alternateMobile', office, mobile)).toBe(mobile.phoneNumber);
    expect(chosen('mobile', desk, office, alternate)).toBe(office.phoneNumber);
  });

  test('case 52: a number that may not be texted, or that Graph does not tell, is passed over', () => {
    expect(chosen('office', desk, mobile)).toBe(mobile.phoneNumber);
    expect(chosen('alternateMobile', phone('alternateMobile', ''), mobile)).toBe(mobile.phoneNumber);
    expect(chosen('office', desk)).toBeNull();
    expect(chosen('mobile')).toBeNull();
  });

  test('case 66: the new number itself gets no notice, however it is written', () => {
    expect(chosen('mobile', phone('office', '+447700900101'), alternate)).toBe(alternate.phoneNumber);
    expect(chosen('mobile', phone('office', '+44 7700 900101'))).toBeNull();
  });
});

describe('the idempotency key of a message', () => {
  const key = new Uint8Array(32).fill(1);

  test('case 65: it depends on the key, the person, the verification and the purpose', () => {
    const ids = [
      messageId(key, 'a', 'i', 'notice'),
      messageId(new Uint8Array(32).fill(2), 'a', 'i', 'notice'),
      messageId(key, 'b', 'i', 'notice'),
      messageId(key, 'a', 'j', 'notice'),
      messageId(key, 'a', 'i', 'event'),
      messageId(key, 'a', 'i', 'code-1'),
      messageId(key, 'a', 'i', 'code-2'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(messageId(key, 'a', 'i', 'notice')).toBe(ids[0]);
    for (const id of ids) expect(id).toMatch(/^[\w-]{43}$/);
  });
});

describe('an announcement', () => {
  let gateway: GatewayUnderTest;
  afterEach(() => gateway.end());

  async function sent(
    { purpose = 'change', old = oldNumber, type = 'mobile' as 'mobile' | 'office' } = {},
    changes: Partial<GatewayConfiguration> = {},
    headers: Record<string, string> = {},
  ) {
    gateway = await gatewayUnderTest(changes);
    if (old) gateway.tenant.setPhone(alice, type, old);
    const id = newId();
    expect((await gateway.start(alice, id, { purpose, type }, { headers })).status).toBe(200);
    return id;
  }
  const texted = (number = '+447700900109') => gateway.texts.filter(({ to }) => to === number);

  test('case 52: a change sends one notice to the old number, and no event', async () => {
    const id = await sent();
    await gateway.confirm(alice, id, gateway.code(0));
    expect(gateway.texts.map(({ to }) => to)).toEqual(['+447700900101', '+447700900109']);
    const notice = gateway.texts[1]?.body ?? '';
    expect(notice).toContain('was changed to another number');
    expect(notice).not.toMatch(/\d{3}/);
    await gateway.restart();
    await gateway.get(alice, id);
    expect(gateway.texts).toHaveLength(2);
    expect(gateway.events).toEqual([]);
    expect(gateway.logs).toContainEqual({ level: 'info', event: 'notice-sent', oid: alice, id, by: 'text' });
  });

  test('case 52: a notice with an unknown outcome is repeated with the same id, also after a restart', async () => {
    const id = await sent();
    gateway.outcomes.push({ kind: 'unknown' });
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
    gateway.advance(minute);
    await gateway.restart();
    expect(texted()).toHaveLength(2);
    expect(texted()[0]?.id).toBe(texted()[1]?.id);
    gateway.advance(minute);
    await gateway.restart();
    expect(texted()).toHaveLength(2);
  });

  test('case 52: an added alternate number is notified to the mobile number', async () => {
    gateway = await gatewayUnderTest();
    gateway.tenant.setPhone(alice, 'mobile', oldNumber);
    const id = newId();
    await gateway.start(alice, id, { type: 'alternateMobile' });
    await gateway.confirm(alice, id, gateway.code());
    expect(gateway.texts[1]).toMatchObject({ to: '+447700900109', body: expect.stringContaining('was added') });
    expect(gateway.events).toEqual([]);
  });

  test('case 52: a change of a number that Graph does not tell sends its notice to the mobile number', async () => {
    gateway = await gatewayUnderTest();
    gateway.tenant.setPhone(alice, 'mobile', oldNumber);
    gateway.tenant.setPhone(alice, 'alternateMobile', '');
    const id = newId();
    expect((await gateway.start(alice, id, { type: 'alternateMobile', purpose: 'change' })).status).toBe(200);
    await gateway.confirm(alice, id, gateway.code());
    expect(gateway.texts.map(({ to }) => to)).toEqual(['+447700900101', '+447700900109']);
  });

  test('case 65: two people who use the same verification id get texts and notices with different ids', async () => {
    const id = await sent();
    gateway.tenant.setPhone(bob, 'mobile', '+44 7700900108');
    await gateway.start(bob, id, { purpose: 'change', number: '+44 7700 900102' });
    await gateway.confirm(alice, id, gateway.code(0));
    await gateway.confirm(bob, id, gateway.code(1));
    expect(gateway.texts.map(({ to }) => to)).toEqual([
      ...['+447700900101', '+447700900102'],
      ...['+447700900109', '+447700900108'],
    ]);
    const ids = gateway.texts.map((text) => text.id);
    expect(new Set(ids).size).toBe(4);
    for (const each of ids) expect(each).not.toContain(id);
  });

  test('case 66: a first number is announced by an event without the number', async () => {
    const id = await sent({ purpose: 'add', old: '' });
    gateway.advance(minute);
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
    expect(gateway.events).toEqual([
      {
        event: 'number-added',
        user: alice,
        type: 'mobile',
        at: '2026-09-01T10:43:00.000Z',
        id: expect.stringMatching(/^[\w-]{43}$/),
      },
    ]);
    expect(gateway.texts).toHaveLength(1);
    expect(gateway.logs).toContainEqual({ level: 'info', event: 'notice-sent', oid: alice, id, by: 'event' });
  });

  test('case 66: a change whose old number may not be texted is announced by an event', async () => {
    const id = await sent({ old: '+44 2079460018x7', type: 'office' });
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
    expect(gateway.events).toMatchObject([{ event: 'number-changed', user: alice, type: 'office' }]);
    expect(gateway.texts).toHaveLength(1);
  });

  test('case 66: a notice that the old number cannot receive is replaced by an event at once', async () => {
    const id = await sent();
    gateway.outcomes.push({ kind: 'refused', cannotReceive: true });
    await gateway.confirm(alice, id, gateway.code());
    expect(texted()).toEqual([]);
    expect(gateway.events).toMatchObject([{ event: 'number-changed' }]);
    expect(gateway.logs).toContainEqual({ level: 'warn', event: 'notice-text-failed', oid: alice, id });
  });

  test('case 66: a notice that no provider takes for an hour is replaced by an event of the time of the change', async () => {
    const id = await sent();
    const refused = () => Promise.resolve<SendOutcome>({ kind: 'refused' });
    gateway.outcomes.push(...Array.from({ length: 3 }, () => refused));
    await gateway.confirm(alice, id, gateway.code());
    gateway.advance(59 * minute);
    await gateway.restart();
    expect(gateway.events).toEqual([]);
    gateway.advance(minute);
    await gateway.restart();
    expect(gateway.events).toMatchObject([{ event: 'number-changed', at: '2026-09-01T10:42:00.000Z' }]);
    await gateway.restart();
    expect(gateway.events).toHaveLength(1);
  });

  test('case 66: a notice whose number may no longer be texted after a restart is replaced by an event', async () => {
    const id = await sent();
    gateway.outcomes.push({ kind: 'unknown' });
    await gateway.confirm(alice, id, gateway.code());
    gateway.configuration.destinations.refusedCountries = ['GB'];
    gateway.advance(minute);
    await gateway.restart();
    expect(texted()).toHaveLength(1);
    expect(gateway.events).toMatchObject([{ event: 'number-changed' }]);
  });

  test('case 66: after a crash while an event is sent, the event is repeated and no text is sent', async () => {
    const id = await sent();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    gateway.outcomes.push({ kind: 'refused', cannotReceive: true });
    gateway.eventOutcomes.push(() => {
      ask();
      return new Promise(() => {});
    });
    void gateway.confirm(alice, id, gateway.code());
    await asked;
    await gateway.crash();
    expect(texted()).toEqual([]);
    expect(gateway.events).toHaveLength(2);
  });

  test('case 66: a sender that fails counts as an unknown outcome: text and event are repeated', async () => {
    const id = await sent();
    const fails = () => Promise.reject(new Error('broken'));
    gateway.outcomes.push(fails, { kind: 'refused', cannotReceive: true });
    gateway.eventOutcomes.push(fails);
    await gateway.confirm(alice, id, gateway.code());
    for (const [notices, events] of [
      [1, 1],
      [1, 2],
    ]) {
      gateway.advance(minute);
      await gateway.restart();
      expect(texted()).toHaveLength(notices ?? 0);
      expect(gateway.events).toHaveLength(events ?? 0);
    }
    expect(gateway.logs).not.toContainEqual(expect.objectContaining({ event: 'registration-step-failed' }));
    expect(gateway.logs).toContainEqual({ level: 'info', event: 'notice-sent', oid: alice, id, by: 'event' });
  });

  test('case 66: an event is repeated with the same id until it is accepted, also after a crash', async () => {
    const id = await sent({ purpose: 'add', old: '' });
    gateway.eventOutcomes.push({ kind: 'unknown' }, { kind: 'refused' });
    await gateway.confirm(alice, id, gateway.code());
    for (let round = 0; round < 3; round++) {
      gateway.advance(minute);
      await gateway.crash();
    }
    expect(gateway.events).toHaveLength(3);
    expect(new Set(gateway.events.map((event) => event.id)).size).toBe(1);
  });

  test('case 66: an announcement that nobody took for a day is logged and counted', async () => {
    for (const total of [1, 2]) {
      const id = total === 1 ? await sent({ purpose: 'add', old: '' }) : newId();
      const who = total === 1 ? alice : bob;
      if (total === 2) await gateway.start(bob, id, { number: '+44 7700 900102' });
      gateway.eventOutcomes.push({ kind: 'refused' }, { kind: 'refused' }, { kind: 'refused' });
      expect((await gateway.confirm(who, id, gateway.code())).body.state).toBe('done');
      gateway.advance(24 * 60 * minute - 1);
      await gateway.restart();
      expect(gateway.logs.filter(({ event }) => event === 'notice-not-sent')).toHaveLength(total - 1);
      gateway.advance(minute);
      await gateway.restart();
      expect(gateway.logs).toContainEqual({ level: 'error', event: 'notice-not-sent', oid: who, id, total });
      await gateway.restart();
      expect(gateway.events).toHaveLength(3 * total);
    }
  });

  test('case 66: a write that is given up after an unclear answer is announced, with the time of the write', async () => {
    const id = await sent({ purpose: 'add', old: '' });
    gateway.tenant.faults.push({ method: 'POST', path: 'phoneMethods', times: 1, after: true });
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('writing');
    gateway.tenant.faults.push({ path: 'phoneMethods', times: 99, status: 503 });
    gateway.advance(60 * minute);
    expect((await gateway.get(alice, id)).body.state).toBe('failed');
    expect(gateway.events).toMatchObject([{ event: 'number-added', at: '2026-09-01T10:42:00.000Z' }]);
  });

  test('case 66: a write without a clear answer is announced also if Graph then refuses to show the number', async () => {
    const id = await sent();
    gateway.tenant.faults.push({ method: 'PATCH', times: 1, after: true });
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('writing');
    gateway.tenant.faults.push({ path: 'phoneMethods', times: 1, status: 403 });
    gateway.advance(2000);
    expect((await gateway.get(alice, id)).body.state).toBe('failed');
    expect(gateway.tenant.phoneNumber(alice)).toBe(newNumber);
    expect(texted()).toHaveLength(1);
  });

  test('case 66: three accepted writes that no read shows are announced once', async () => {
    const id = await sent();
    gateway.tenant.settings.ignoredWrites = 10;
    await gateway.confirm(alice, id, gateway.code());
    for (let round = 0; round < 3; round++) {
      gateway.advance(30_000);
      await gateway.get(alice, id);
    }
    expect((await gateway.get(alice, id)).body.state).toBe('failed');
    expect(texted()).toHaveLength(1);
  });

  test('case 66: a number in use that no read shows is announced, because Graph may show it later', async () => {
    const id = await sent();
    gateway.tenant.faults.push({ method: 'PATCH', times: 1, status: 409 });
    await gateway.confirm(alice, id, gateway.code());
    gateway.advance(30_000);
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'failed', error: { kind: 'number-in-use' } });
    expect(texted()).toHaveLength(1);
  });

  test('case 66: a write that shows after the propagation time is done and announced, although Graph refuses a second', async () => {
    const id = await sent({ purpose: 'add', old: '' });
    gateway.tenant.settings.propagationMs = 45_000;
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('writing');
    gateway.advance(31_000);
    expect((await gateway.get(alice, id)).body.state).toBe('writing');
    expect(gateway.tenant.writes()).toHaveLength(2);
    gateway.advance(20_000);
    expect((await gateway.get(alice, id)).body.state).toBe('done');
    expect(gateway.events).toMatchObject([{ event: 'number-added', at: '2026-09-01T10:42:00.000Z' }]);
  });

  for (const type of ['mobile', 'alternateMobile'] as const)
    test(`case 66: after a crash during the write of a ${type} number that shows late, it is done and announced`, async () => {
      gateway = await gatewayUnderTest();
      gateway.tenant.setPhone(alice, type === 'mobile' ? 'office' : 'mobile', oldNumber);
      gateway.tenant.settings.propagationMs = 8000;
      const id = newId();
      await gateway.start(alice, id, { type });
      const { arrived } = gateway.holdGraph('POST');
      void gateway.confirm(alice, id, gateway.code());
      await arrived;
      await gateway.crash();
      expect((await gateway.get(alice, id)).body.state).toBe('writing');
      gateway.advance(8000);
      expect((await gateway.get(alice, id)).body.state).toBe('done');
      expect(texted()).toHaveLength(1);
    });

  test('case 66: a write that a crash interrupted is announced also if Graph does not answer until it is given up', async () => {
    const id = await sent();
    const { arrived } = gateway.holdGraph('PATCH');
    void gateway.confirm(alice, id, gateway.code());
    await arrived;
    gateway.tenant.faults.push({ path: 'phoneMethods', times: 99, status: 503 });
    await gateway.crash();
    gateway.advance(60 * minute);
    expect((await gateway.get(alice, id)).body.state).toBe('failed');
    expect(gateway.tenant.phoneNumber(alice)).toBe(newNumber);
    expect(texted()).toHaveLength(1);
  });

  test('case 66: a write that a crash interrupted is announced also if the account may not be written any more', async () => {
    const id = await sent({ purpose: 'add', old: '' });
    gateway.tenant.settings.propagationMs = 8000;
    const { arrived } = gateway.holdGraph('POST');
    void gateway.confirm(alice, id, gateway.code());
    await arrived;
    gateway.tenant.memberships.set(alice, [{ id: 'r', '@odata.type': '#microsoft.graph.directoryRole' }]);
    await gateway.crash();
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'failed', error: { kind: 'not-permitted' } });
    expect(gateway.events).toMatchObject([{ event: 'number-added', at: '2026-09-01T10:42:00.000Z' }]);
  });

  test('case 66: a write that was not saved keeps the announcement of an earlier one that may have been', async () => {
    const id = await sent();
    gateway.tenant.faults.push({ method: 'PATCH', times: 1, after: true });
    await gateway.confirm(alice, id, gateway.code());
    gateway.tenant.setPhone(alice, 'mobile', oldNumber);
    for (const status of [429, 400, 403]) {
      gateway.tenant.faults.push({ method: 'PATCH', times: 1, status });
      gateway.advance(31_000);
      await gateway.get(alice, id);
    }
    expect((await gateway.get(alice, id)).body).toMatchObject({ state: 'failed', error: { kind: 'not-permitted' } });
    expect(gateway.tenant.writes()).toHaveLength(4);
    expect(texted()).toHaveLength(1);
  });

  test('case 66: a number that Graph has before the write is announced, with the time of the confirmation', async () => {
    const id = await sent({ purpose: 'add', old: '' });
    gateway.tenant.setPhone(alice, 'mobile', newNumber);
    expect((await gateway.confirm(alice, id, gateway.code())).body.state).toBe('done');
    expect(gateway.tenant.writes()).toEqual([]);
    expect(gateway.events).toMatchObject([{ event: 'number-added', at: '2026-09-01T10:42:00.000Z' }]);
  });

  for (const status of [400, 403, 404, 401, 429])
    test(`case 66: a write that Graph only ever refused with ${status} is not announced`, async () => {
      const id = await sent();
      gateway.tenant.faults.push({ method: 'PATCH', times: 1, status });
      await gateway.confirm(alice, id, gateway.code());
      gateway.tenant.faults.push({ path: 'phoneMethods', times: 99, status: 503 });
      gateway.advance(60 * minute);
      expect((await gateway.get(alice, id)).body.state).toBe('failed');
      expect(texted()).toEqual([]);
      expect(gateway.events).toEqual([]);
    });

  const words: Record<Language, string> = {
    en: 'phone number',
    de: 'Telefonnummer',
    fr: 'numéro',
    es: 'número',
    'pt-BR': 'número',
    ar: 'هاتف',
    ja: '電話番号',
    'zh-CN': '电话号码',
  };
  for (const language of languages)
    test(`case 66: with LANGUAGE=${language} the notice is in that language, whatever the caller prefers`, async () => {
      const preferred = language === 'ja' ? 'fr' : 'ja';
      const id = await sent({}, { language }, { 'accept-language': preferred });
      await gateway.confirm(alice, id, gateway.code(), { headers: { 'accept-language': preferred } });
      expect(texted()[0]?.body).toContain(words[language]);
      expect(texted()[0]?.body).toContain('Contoso');
      expect(texted()[0]?.body).not.toContain(words[preferred]);
    });
});
