// Rows of a user who used the extension on every working day of a year.

import type { CommandRow } from '../../lib/shared/model/rows.ts';
import type { Rows } from '../../lib/shared/tables/page-rows.ts';

const day = 24 * 3_600_000;
const commandsOfDay = 2;

export function yearOfUse(rows: Rows, now: number): Rows {
  const [account] = rows.accounts;
  const [method] = rows.methods;
  if (!account || !method) throw new Error('There is no account with a phone method.');
  const outbox = Array.from({ length: 250 * commandsOfDay }, (_, index): CommandRow => {
    const at = now - (1 + Math.floor(index / commandsOfDay)) * 1.46 * day;
    const about = { accountId: account.id, methodId: method.id };
    return {
      id: crypto.randomUUID(),
      command: index % 2 === 0 ? { kind: 'enable', ...about } : { kind: 'disable', ...about },
      accountId: account.id,
      masked: method.masked,
      state: 'done',
      smsSignIn: index % 2 === 0 ? 'ready' : 'notEnabled',
      createdAt: at,
      updatedAt: at + 2_000,
      dismissed: true,
    };
  });
  return { ...rows, outbox: [...rows.outbox, ...outbox] };
}
