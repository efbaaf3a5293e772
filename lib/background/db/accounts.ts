// Accounts that have to be there.
import { IdentityError } from '../../shared/model/errors.ts';
import type { Account } from '../../shared/model/rows.ts';
import type { Database } from './database.ts';

/** @throws IdentityError `signed-out` when it is not known here any more */
export async function requireAccount(database: Database, id: string): Promise<Account> {
  const account = await database.accounts.get(id);
  if (!account) throw new IdentityError('signed-out');
  return account;
}
