import type { Command } from '../../shared/model/commands.ts';
import { IdentityError } from '../../shared/model/errors.ts';
import { smsSignInOption } from '../../shared/model/sms-sign-in.ts';
import { blockedBy } from '../../shared/policy/restrictions.ts';
import { readConnections, readPolicy } from '../db/connections.ts';
import type { Database } from '../db/database.ts';

/** @throws IdentityError `paused` or `not-available`, whatever the page offered */
export async function requirePermitted(database: Database, command: Command): Promise<void> {
  const refusal = blockedBy(command, await readPolicy(database));
  if (refusal) throw new IdentityError(refusal);
  if (command.kind !== 'enable') return;
  const { accountId, methodId } = command;
  const account = await database.accounts.get(accountId);
  const connection = (await readConnections(database)).find(({ id }) => id === account?.connectionId);
  const method = await database.methods.get([accountId, methodId]);
  // A method that is not cached yet is left to the directory.
  const { sms } = connection ? smsSignInOption(method ?? { type: 'mobile', smsSignIn: 'unknown' }, connection) : {};
  if (sms === 'none') throw new IdentityError('not-available');
}
