import { isWrite } from '../../lib/shared/model/command-row.ts';
import { defaultMethodBlock } from '../../lib/shared/model/default-method-block.ts';
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
  | { kind: 'loading' };

export interface Removable {
  method: CachedMethod;
  removal: Removal;
}

export type RemovalSituation = ReturnType<typeof removalSituation>;

export function removalSituation(pageState: PageState, account: Account, methods: readonly CachedMethod[]) {
  const { defaultMethod } = account;
  const isOfAccount = ({ accountId }: { accountId: string }) => accountId === account.id;
  return {
    account,
    methods,
    isDefault: ({ type }: CachedMethod) =>
      defaultMethod !== 'unknown' && type !== 'unknown' && phoneTypeOfDefault(defaultMethod.kind) === type,
    isLoading: progressOfKind(pageState, 'list-methods', isOfAccount).state === 'running',
    isDefaultRefused: isDefaultRefused(pageState, account),
  };
}

/** Whether the service refused the last change of the default, also if the user has dismissed the message. */
function isDefaultRefused({ rows, now }: PageState, { id }: Account): boolean {
  const isRefused = (entry: CommandRow) => entry.state === 'failed' && defaultMethodBlock(entry) === 'refused';
  const isChanged = ({ command, state, defaultChanged }: CommandRow) =>
    defaultChanged === true || (command.kind === 'make-default' && state === 'done');
  const [last] = rows.outbox
    .filter(({ command }) => isWrite(command) && command.accountId === id)
    .filter((entry) => isRefused(entry) || isChanged(entry))
    .toSorted((one, other) => other.createdAt - one.createdAt);
  return last !== undefined && isRefused(last) && now - last.updatedAt <= visibleMs.failed;
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
