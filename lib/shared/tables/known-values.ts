// The values this version knows. A row with another value was written by a newer version: it is kept, but not shown.

import { cloudNames } from '../model/clouds.ts';
import type { OutboxCommand } from '../model/commands.ts';
import { errorKinds } from '../model/errors.ts';
import type { PhoneType, SmsSignInState } from '../model/phone-method.ts';
import type { VerificationPurpose } from '../model/phone-verification.ts';
import type { Account, CommandRow, HostedRegistration, Notice, Verification } from '../model/rows.ts';
import type { TableName } from './tables.ts';

/** A record, so that a value which is left out does not compile. */
const known = <Value extends string>(values: Record<Value, 1>) => new Set(Object.keys(values));

const phoneTypes = known<PhoneType>({ mobile: 1, alternateMobile: 1, office: 1, unknown: 1 });
const commandKinds = known<OutboxCommand['kind']>({
  ...{ connect: 1, disconnect: 1, 'sign-in': 1, 'sign-out': 1, sync: 1, 'step-up': 1, 'change-settings': 1 },
  ...{ enable: 1, disable: 1, 'make-default': 1, remove: 1, 'list-methods': 1, 'confirm-number': 1 },
  ...{ 'add-hosted': 1, 'try-sign-in': 1 },
});

const knownValues: { [Name in TableName]?: Record<string, ReadonlySet<string>> } = {
  connections: { cloud: new Set(cloudNames) },
  accounts: { session: known<Account['session']>({ 'signed-in': 1, 'signed-out': 1 }) },
  methods: {
    type: phoneTypes,
    smsSignIn: known<SmsSignInState>({
      ...{ ready: 1, notEnabled: 1, notConfigured: 1, phoneNumberNotUnique: 1 },
      ...{ notAllowedByPolicy: 1, notSupported: 1, unknown: 1 },
    }),
  },
  outbox: {
    state: known<CommandRow['state']>({
      ...{ accepted: 1, requested: 1, settling: 1, 'needs-step-up': 1 },
      ...{ done: 1, failed: 1, cancelled: 1 },
    }),
  },
  registrations: { state: known<HostedRegistration['state']>({ waiting: 1, registered: 1, abandoned: 1 }) },
  verifications: {
    type: phoneTypes,
    purpose: known<VerificationPurpose>({ add: 1, change: 1 }),
    state: known<Verification['state']>({
      ...{ sending: 1, 'needs-step-up': 1, 'awaiting-code': 1, confirming: 1 },
      ...{ registered: 1, done: 1, failed: 1, cancelled: 1 },
    }),
  },
  notices: { id: known<Notice['id']>({ 'signed-out-by-policy': 1, damaged: 1, lost: 1 }) },
};

/** An error of an unknown kind is left out of its row. */
export function knownRows(table: TableName, rows: readonly object[]): object[] {
  return rows.filter((row) => isKnownRow(table, row)).map(withKnownErrors);
}

/** A value of the wrong type is damage, which must not stay hidden. */
export function isKnownRow(table: TableName, row: object): boolean {
  const fields = row as Record<string, unknown>;
  const isIn = (values: ReadonlySet<string>, value: unknown) => typeof value !== 'string' || values.has(value);
  const { kind } = Object(fields.command) as { kind?: unknown };
  return (
    Object.entries(knownValues[table] ?? {}).every(([field, values]) => isIn(values, fields[field])) &&
    isIn(commandKinds, kind)
  );
}

function withKnownErrors(row: object): object {
  const known = Object.entries(row).filter(
    ([field, value]) => !/^(?:error|syncError)$/.test(field) || value === undefined || value.kind in errorKinds,
  );
  return Object.fromEntries(known);
}
