// Commands for two accounts from many windows at once: each reaches its account, in order, and none is lost.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Command } from '../../../lib/shared/model/commands.ts';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { startOrganization } from '../../../services/sandbox/organization.ts';
import type { Employee } from '../../../services/sandbox/sandbox.ts';
import { Application } from '../sandbox/application.ts';
import { Installation } from './installation.ts';

const mobile = '3179e48a-750b-4051-897c-87b9720928f7';
const second = 1_000;

/** A command of one of the accounts, and the time since the previous one. */
const asking = fc.record({
  who: fc.integer({ min: 0, max: 1 }),
  what: fc.constantFrom('enable', 'disable', 'sync', 'visible'),
  afterMs: fc.integer({ min: 0, max: 20 }),
});

test('case 58: concurrent commands of two accounts end with the last command of each account in effect', async () => {
  const sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
  const people: Employee[] = [sandbox.employees.mobileNotEnabled, sandbox.employees.mobileReady];
  const installation = new Installation(sandbox, sandbox.employees.mobileNotEnabled, { isMoved: true });
  const first = await installation.signedIn();
  const accounts = [first, await installation.signInAs(sandbox.employees.mobileReady)];
  const tokens = await Promise.all(people.map((each) => new Application(sandbox).signIn(each)));

  const underWay = [0, 0];
  let most = 0;
  installation.interfere = async (request, send) => {
    const isWrite = request.method === 'POST' && /SmsSignIn$/.test(request.url);
    if (!isWrite) return send();
    const oid = JSON.parse(atob(request.headers.get('authorization')?.split('.')[1] ?? '')).oid as string;
    const who = people.findIndex((each) => each.oid === oid);
    underWay[who] = (underWay[who] ?? 0) + 1;
    most = Math.max(most, underWay[who] ?? 0);
    const response = await send();
    underWay[who] = (underWay[who] ?? 0) - 1;
    return response;
  };

  const stateOf = async (who: number) => {
    const application = new Application(sandbox);
    const answer = await application.graph(
      tokens[who]?.access_token ?? '',
      `v1.0/me/authentication/phoneMethods/${mobile}`,
    );
    return (await answer.json()).smsSignInState as string;
  };
  const settled = async () => {
    for (;;) {
      const open = (await installation.database.outbox.toArray()).filter(
        ({ state }) => !['done', 'failed', 'cancelled'].includes(state),
      );
      if (open.length === 0) return;
      await installation.pass(second);
    }
  };

  await fc.assert(
    fc.asyncProperty(fc.array(asking, { minLength: 4, maxLength: 14 }), async (askings) => {
      sandbox.control.setPropagation(5 * second);
      const before = [await stateOf(0), await stateOf(1)];
      await installation.database.outbox.clear();
      const asked: { id: string; who: number; command: Command }[] = [];
      for (const { who, what, afterMs } of askings) {
        // Not awaited, as from separate windows.
        sandbox.control.clock.advance(afterMs);
        const accountId = accounts[who] ?? '';
        if (what === 'visible') void installation.background.visible();
        else if (what === 'sync') await installation.ask({ kind: 'sync', accountId });
        else {
          const command = { kind: what, accountId, methodId: mobile } as Command;
          asked.push({ id: await installation.ask(command), who, command });
        }
      }
      await settled();
      for (const who of [0, 1]) {
        const rows = await installation.database.outbox.bulkGet(
          asked.filter((each) => each.who === who).map(({ id }) => id),
        );
        expect(rows.every((row) => row?.accountId === accounts[who])).toBe(true);
        const carriedOut = rows
          .filter((row) => row?.state === 'done')
          .toSorted((one, other) => (one?.createdAt ?? 0) - (other?.createdAt ?? 0));
        // Only an equal command counts as a double click.
        expect(rows.every((row) => row?.state === 'done' || (row?.state === 'cancelled' && row.dismissed))).toBe(true);
        const last = carriedOut.at(-1)?.command.kind;
        const wanted = last === undefined ? before[who] : last === 'enable' ? 'ready' : 'notEnabled';
        expect(await stateOf(who)).toBe(wanted);
        const shown = await installation.database.methods.where({ accountId: accounts[who] ?? '' }).toArray();
        expect(shown).toMatchObject([{ smsSignIn: wanted, masked: who === 0 ? '+44 •••• 102' : '+44 •••• 104' }]);
      }
    }),
    { numRuns: 15 },
  );
  expect(most).toBe(1);
  installation.stop();
  await sandbox.close();
});
