import type { Command } from '../../../lib/shared/model/commands.ts';
import type { Account, CachedMethod, CommandRow, Connection } from '../../../lib/shared/model/rows.ts';
import type { Rows } from '../../../lib/shared/tables/page-rows.ts';
import { type AccountOverview, overviewOf } from '../accounts.ts';
import type { PageState } from '../progress.ts';
import type { Tile } from '../tiles.ts';

export const now = Date.UTC(2026, 0, 5, 12);
export const connection: Connection = {
  id: 'tenant',
  cloud: 'global',
  tenant: 'contoso.example',
  clientId: 'client',
  connectedAt: 0,
};
export const account: Account = {
  id: 'tenant.one',
  connectionId: 'tenant',
  userName: 'one@contoso.example',
  name: 'One',
  loginHint: 'one@contoso.example',
  session: 'signed-in',
  defaultMethod: 'unknown',
  syncedAt: now - 60_000,
  failures: 0,
};
export const mobile: CachedMethod = {
  accountId: account.id,
  id: 'mobile',
  type: 'mobile',
  masked: '+44 •••• 982',
  smsSignIn: 'notEnabled',
};
export const enable: Extract<Command, { kind: 'enable' }> = {
  kind: 'enable',
  accountId: account.id,
  methodId: mobile.id,
};

/** One account with one mobile number, unless `rows` say otherwise. */
export function pageState(rows: Partial<Rows> = {}, asked: PageState['asked'] = []): PageState {
  return {
    rows: {
      connections: [connection],
      accounts: [account],
      methods: [mobile],
      outbox: [],
      registrations: [],
      verifications: [],
      answers: [],
      confirmations: [],
      ...rows,
    },
    asked,
    now,
  };
}

export function entry(state: CommandRow['state'], more: Partial<CommandRow> = {}): CommandRow {
  return { id: 'one', command: enable, state, createdAt: now - 5_000, updatedAt: now - 1_000, ...more };
}

export function overviews(state: PageState, chosenAccountId?: string) {
  const overview = overviewOf(state, chosenAccountId);
  if (overview.screen !== 'account') throw new Error(`The screen is ${overview.screen}.`);
  return overview;
}

export function current(rows: Partial<Rows> = {}, chosenAccountId?: string): AccountOverview {
  return overviews(pageState(rows), chosenAccountId).current;
}

export function firstTile(rows: Partial<Rows> = {}): Tile {
  const [tile] = current(rows).tiles;
  if (!tile) throw new Error('There is no tile.');
  return tile;
}
