import { defaultMethodBlock } from '../../lib/shared/model/default-method-block.ts';
import { isWrite } from '../../lib/shared/model/graph-writes.ts';
import {
  type DefaultMethodChoice,
  defaultOfPhoneType,
  type OtherMethod,
  phoneTypeOfDefault,
} from '../../lib/shared/model/phone-method.ts';
import type { Account, CachedMethod, CommandRow } from '../../lib/shared/model/rows.ts';
import { type PageState, progressOfKind, visibleMs } from './progress.ts';

/** A method that can become the default in place of a number. */
export interface DefaultCandidate {
  choice: DefaultMethodChoice;
  /** Not set if the method is no phone. */
  phone?: CachedMethod;
}

export type Removal =
  /** `isLast`: no other method is left to prove the user's identity; `unknown` if only the phones are known. */
  | { kind: 'free'; isLast: 'no' | 'unknown' | 'yes' }
  /** Microsoft Entra keeps a mobile number as long as there is an alternate mobile number. */
  | { kind: 'other-first'; other: Removable }
  | { kind: 'is-default'; candidates: DefaultCandidate[] }
  /** The number is the default, and the service refused to change the default. */
  | { kind: 'default-elsewhere' }
  /** The number is the default, and the other methods are being read. */
  | { kind: 'loading' };

export interface Removable {
  method: CachedMethod;
  removal: Removal;
}

export interface RemovalSituation {
  account: Account;
  /** All phones of the account. */
  methods: readonly CachedMethod[];
  isDefault(method: CachedMethod): boolean;
  /** The methods other than phones are being read. */
  isLoading: boolean;
  /** The service recently refused to change the default. */
  isDefaultRefused: boolean;
}

export function removalSituation(
  pageState: PageState,
  account: Account,
  methods: readonly CachedMethod[],
): RemovalSituation {
  const { defaultMethod } = account;
  return {
    account,
    methods,
    isDefault: ({ type }) =>
      defaultMethod !== 'unknown' && type !== 'unknown' && phoneTypeOfDefault(defaultMethod.kind) === type,
    isLoading:
      progressOfKind(pageState, 'list-methods', ({ accountId }) => accountId === account.id).state === 'running',
    isDefaultRefused: isDefaultRefused(pageState, account),
  };
}

/** Whether the last attempt to change the default was refused, also if the user has dismissed the message. */
function isDefaultRefused({ rows, now }: PageState, { id }: Account): boolean {
  const [last] = rows.outbox
    .filter(({ command }) => isWrite(command) && command.accountId === id)
    .filter((entry) => isRefusalOfDefault(entry) || isChangeOfDefault(entry))
    .toSorted((one, other) => other.createdAt - one.createdAt);
  return last !== undefined && isRefusalOfDefault(last) && now - last.updatedAt <= visibleMs.failed;
}

function isRefusalOfDefault(entry: CommandRow): boolean {
  return entry.state === 'failed' && defaultMethodBlock(entry) === 'refused';
}

function isChangeOfDefault({ command, state, defaultChanged }: CommandRow): boolean {
  return defaultChanged === true || (command.kind === 'make-default' && state === 'done');
}

export function removalOf(method: CachedMethod, situation: RemovalSituation): Removal {
  const { account, methods, isDefault, isLoading, isDefaultRefused } = situation;
  const phones = methods.filter(({ id }) => id !== method.id);
  const alternate = phones.find(({ type }) => type === 'alternateMobile');
  if (method.type === 'mobile' && alternate) {
    return { kind: 'other-first', other: { method: alternate, removal: removalOf(alternate, situation) } };
  }
  const others = otherMethodsOf(account);
  const isLast = phones.length > 0 ? 'no' : others === undefined ? 'unknown' : others.length > 0 ? 'no' : 'yes';
  if (!isDefault(method)) return { kind: 'free', isLast };
  const candidates: DefaultCandidate[] = [
    ...(others ?? []).flatMap((choice) => (choice === 'other' ? [] : { choice })),
    ...phones.flatMap((phone) => {
      const choice = defaultOfPhoneType(phone.type);
      return choice ? { choice, phone } : [];
    }),
  ];
  if (isDefaultRefused && isLast !== 'yes') return { kind: 'default-elsewhere' };
  if (candidates.length > 0) return { kind: 'is-default', candidates };
  return others === undefined && isLoading ? { kind: 'loading' } : { kind: 'free', isLast };
}

/** A default that is no phone is known before the methods are read. */
function otherMethodsOf({ otherMethods, defaultMethod }: Account): OtherMethod[] | undefined {
  if (otherMethods || defaultMethod === 'unknown') return otherMethods;
  const { kind } = defaultMethod;
  return kind === 'push' || kind === 'oath' ? [kind] : undefined;
}
