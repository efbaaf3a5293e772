import { IdentityError } from '../../shared/model/errors.ts';
import type { Account } from '../../shared/model/rows.ts';
import type { Database } from './database.ts';

/** @throws IdentityError `signed-out` if there is no such account */
export async function requireAccount(database: Database, id: string): Promise<Account> {
  const account = await database.accounts.get(id);
  if (!account) throw new IdentityError('signed-out');
  return account;
}
