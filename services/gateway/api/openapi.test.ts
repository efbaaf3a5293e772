// testing/contract.ts checks every exchange of every test against openapi.json.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemKinds, problemType } from '../problems.ts';
import { declared, declaredKinds, declaredProblemTypes, seen, seenProblemTypes } from '../testing/contract.ts';
import { alice, bob, type GatewayUnderTest, gatewayUnderTest, newId } from '../testing/gateway-under-test.ts';
import { tenantId } from '../testing/tenant.ts';

let under: GatewayUnderTest;
beforeAll(async () => {
  under = await gatewayUnderTest({
    destinations: { allowedCountries: undefined, refusedCountries: ['US'], additionalMobileRanges: ['+447700900xxx'] },
  });
});
afterAll(() => under.end());

let lastNumber = 300;
const nextNumber = () => `+44 7700 900${lastNumber++}`;

/** A verification that waits for its code, of another user each time. */
async function waiting(): Promise<{ oid: string; id: string }> {
  const oid = newId();
  const id = newId();
  await under.start(oid, id, { number: nextNumber() });
  return { oid, id };
}

test('openapi.json declares exactly the problem types of the gateway', () => {
  const kinds = Object.keys(problemKinds) as (keyof typeof problemKinds)[];
  expect([...declaredProblemTypes].sort()).toEqual(kinds.map(problemType).sort());
  for (const kind of declaredKinds) expect(kinds).toContain(kind);
});

test('every answer that openapi.json declares is produced', async () => {
  const operations = ['start', 'get', 'cancel', 'resend', 'confirm'] as const;
  const call = (
    operation: (typeof operations)[number],
    oid: string,
    id: string,
    options?: { token?: string | undefined },
  ) =>
    operation === 'confirm'
      ? under.confirm(oid, id, '000000', options)
      : operation === 'start'
        ? under.start(oid, id, { number: nextNumber() }, options)
        : under[operation](oid, id, options);

  await under.ask(alice, 'GET', '/health');
  await under.ask(alice, 'GET', '/ready');
  for (const operation of operations) {
    await call(operation, alice, newId(), { token: undefined });
    await call(operation, alice, newId(), { token: await under.tenant.token(alice, { scp: '' }) });
    const version1 = { iss: `https://sts.windows.net/${tenantId}/` };
    await call(operation, alice, newId(), { token: await under.tenant.token(alice, version1) });
    await call(operation, alice, 'not-a-uuid');
    await call(operation, alice, newId());
    const another = await gatewayUnderTest();
    another.tenant.faults.push({ path: '/keys', times: 1, status: 500 });
    if (operation === 'confirm') await another.confirm(alice, newId(), '000000');
    else await another[operation](alice, newId());
    await another.end();
  }
  const large = 'x'.repeat(5000);
  await under.start(alice, newId(), { number: large });
  await under.confirm(alice, newId(), large);
  await under.ask(alice, 'POST', `/v1/verifications/${newId()}/resend`, { padding: large });

  // Refusals of a start.
  const old = await under.tenant.token(bob, { iat: Math.floor(under.clock.time / 1000) - 3600 });
  await under.start(bob, newId(), {}, { token: old });
  await under.start(bob, newId(), { purpose: 'change' });
  for (const number of ['+44 999', '+44 20 7946 0018', '+1 206 555 0100']) await under.start(bob, newId(), { number });
  under.tenant.setPhone(bob, 'mobile', '+44 7700900298');
  await under.start(bob, newId(), { number: '+44 7700 900298' });
  await under.start(bob, newId(), { number: '+44 7700 900297' });
  const grouped = await gatewayUnderTest({ allowedGroup: bob });
  await grouped.start(alice, newId());
  await grouped.end();

  // Wrong code, early resend, replaced code, confirmed, used code.
  const first = await waiting();
  const older = under.texts.length - 1;
  await under.confirm(first.oid, first.id, under.wrongCode());
  await under.resend(first.oid, first.id);
  await under.start(alice, newId(), { number: nextNumber(), purpose: 'add' });
  under.advance(30_000);
  await under.resend(first.oid, first.id);
  await under.confirm(first.oid, first.id, under.code(older));
  await under.confirm(first.oid, first.id, under.code());
  await under.confirm(first.oid, first.id, under.code());
  await under.resend(first.oid, first.id);
  const { oid, id } = await waiting();
  const again = { number: '+44 7700 900299' };
  await under.start(oid, id, again);
  await under.cancel(oid, id);

  // A write in progress, then refused as in use.
  const proven = await waiting();
  under.tenant.faults.push({ method: 'POST', path: 'phoneMethods', times: 1, status: 409 });
  await under.confirm(proven.oid, proven.id, under.code());
  await under.cancel(proven.oid, proven.id);
  under.advance(30_000);
  await under.get(proven.oid, proven.id);
  await under.confirm(proven.oid, proven.id, under.code());

  // Locked, expired, and a number that cannot be texted.
  const locked = await waiting();
  for (let attempt = 0; attempt < 5; attempt++) await under.confirm(locked.oid, locked.id, under.wrongCode());
  const expired = await waiting();
  under.advance(31 * 60_000);
  await under.confirm(expired.oid, expired.id, under.code());
  await under.resend(expired.oid, expired.id);
  under.outcomes.push({ kind: 'refused', cannotReceive: true });
  const unreachable = await waiting();
  await under.resend(unreachable.oid, unreachable.id);
  await under.start(alice, newId(), { number: '+44 7700 900296' });
  await under.start(bob, newId(), { number: '+44 7700 900295', type: 'office' });
  await under.start(alice, newId(), { number: '+44 7700 900296' });

  const closing = await gatewayUnderTest();
  const { gateway } = closing;
  await closing.end();
  const { checkExchange } = await import('../testing/contract.ts');
  const notReady = await gateway.fetch(new Request('https://gateway.contoso.example/ready'));
  await checkExchange({ method: 'GET', path: '/ready', body: undefined }, notReady);

  expect(declared.filter((name) => !seen.has(name))).toEqual([]);
  // `send-failed` is only an error of a challenge.
  expect(declaredProblemTypes.filter((type) => !seenProblemTypes.has(type))).toEqual([problemType('send-failed')]);
});
