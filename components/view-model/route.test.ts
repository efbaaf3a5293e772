import { expect, test } from 'vitest';
import type { CachedMethod, HostedRegistration, Verification } from '../../lib/shared/model/rows.ts';
import { routeOfOpen } from './route.ts';
import { account, connection } from './testing/page-state.ts';
import type { Tile } from './tiles.ts';

const accountId = 'tenant.one';
const times = { startedAt: 1, updatedAt: 1 };
const method = (type: CachedMethod['type']): CachedMethod => ({
  accountId,
  id: `id of ${type}`,
  type,
  masked: '+44 •••• 982',
  smsSignIn: 'ready',
});
const tiles = [method('mobile'), method('office')].map(
  (each): Tile => ({
    account,
    connection,
    method: each,
    isDefault: false,
    sms: 'ready',
    canEnable: false,
    progress: { state: 'none' },
    removal: { kind: 'free', isLast: 'no' },
    isDueForReview: false,
  }),
);
const open = (purpose: Verification['purpose'], type: Verification['type']): Verification => ({
  id: 'open',
  accountId,
  type,
  purpose,
  commandIds: [],
  texts: 1,
  state: 'awaiting-code',
  ...times,
});
const hosted = (state: HostedRegistration['state'], changes?: string): HostedRegistration => ({
  id: 'hosted',
  accountId,
  state,
  before: [],
  ...times,
  ...(changes ? { changes } : {}),
});

const add = { step: 'add-phone' };
const change = { step: 'change', methodId: 'id of office' };

test.each<[string, Verification | undefined, HostedRegistration | undefined, object]>([
  ['a new number leads to the step of adding it', open('add', 'office'), undefined, add],
  ['a changed number leads to the step of changing it', open('change', 'office'), undefined, change],
  [
    'a changed number that was removed elsewhere leads to the step of adding it',
    open('change', 'alternateMobile'),
    undefined,
    add,
  ],
  ['a new number on the account page leads to the step of adding it', undefined, hosted('waiting'), add],
  [
    'a changed number on the account page leads to the step of changing it',
    undefined,
    hosted('waiting', 'id of office'),
    change,
  ],
  [
    'an abandoned hosted registration leads to the step of adding a number',
    undefined,
    hosted('abandoned', 'id of office'),
    add,
  ],
  [
    'an open verification comes before a hosted registration',
    open('add', 'office'),
    hosted('waiting', 'id of office'),
    add,
  ],
])('%s', (_, openVerification, registration, expected) => {
  expect(routeOfOpen({ openVerification, registration, tiles })).toEqual(expected);
});
