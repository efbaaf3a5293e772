import 'fake-indexeddb/auto';
import { beforeEach, expect, test } from 'vitest';
import type { SmsSignInState } from '../../shared/model/phone-method.ts';
import type { Connection } from '../../shared/model/rows.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { requirePermitted } from './require-permitted.ts';

const enable = { kind: 'enable', accountId: 'account', methodId: 'mobile' } as const;
const connection: Connection = {
  ...{ id: 'tenant', cloud: 'global', tenant: 'contoso.example', clientId: 'client', connectedAt: 0 },
};
let database: Database;

beforeEach(async () => {
  database = openDatabase(crypto.randomUUID());
  await database.connections.add(connection);
  await database.accounts.add({
    ...{ id: 'account', connectionId: 'tenant', userName: 'one@contoso.example', name: 'One', loginHint: 'one' },
    ...{ session: 'signed-in', defaultMethod: 'unknown', failures: 0 },
  });
});

async function addMobile(smsSignIn: SmsSignInState): Promise<void> {
  await database.methods.add({ accountId: 'account', id: 'mobile', type: 'mobile', masked: '+44 •••• 982', smsSignIn });
}

test('enable is permitted for a number that can be enabled and for a number that is not cached', async () => {
  await expect(requirePermitted(database, enable)).resolves.toBeUndefined();
  await addMobile('notEnabled');
  await expect(requirePermitted(database, enable)).resolves.toBeUndefined();
});

test('enable is refused for a number without SMS sign-in', async () => {
  await addMobile('notSupported');
  await expect(requirePermitted(database, enable)).rejects.toMatchObject({ kind: 'not-available' });
});

test('enable is refused in a cloud without SMS sign-in', async () => {
  await database.connections.put({ ...connection, cloud: 'china' });
  await expect(requirePermitted(database, enable)).rejects.toMatchObject({ kind: 'not-available' });
});
