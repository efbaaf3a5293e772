// How a number can be removed: what stands in the way of it, and what would be left to sign in with. Pure.

import { type DefaultMethodChoice, defaultOfPhoneType, type OtherMethod } from '../../lib/shared/model/phone-method.ts';
import type { Account, CachedMethod } from '../../lib/shared/model/rows.ts';

/** What can become the default in place of a number. */
export interface DefaultCandidate {
  choice: DefaultMethodChoice;
  /** None where it is no phone. */
  phone?: CachedMethod;
}

export type Removal =
  /** `last`: nothing else is left to prove who one is; `perhaps` where only the phones are known. */
  | { kind: 'free'; last: 'no' | 'perhaps' | 'yes' }
  /** The service keeps a mobile number for as long as there is an alternate one. */
  | { kind: 'other-first'; other: Removable }
  | { kind: 'is-default'; candidates: DefaultCandidate[] }
  /** The default, which the service did not let the person change here. */
  | { kind: 'default-elsewhere' }
  /** The default, and what else there is to choose from is still being asked for. */
  | { kind: 'looking' };

export interface Removable {
  method: CachedMethod;
  removal: Removal;
}

/** What is known beside the method itself. */
export interface RemovalSituation {
  account: Account;
  /** All phones of the account. */
  methods: readonly CachedMethod[];
  isDefault(method: CachedMethod): boolean;
  /** What there is beside phones is on its way. */
  isLooking: boolean;
  /** The service refused to change the default, not long ago. */
  defaultRefused: boolean;
}

export function removalOf(method: CachedMethod, situation: RemovalSituation): Removal {
  const { account, methods, isDefault, isLooking, defaultRefused } = situation;
  const phones = methods.filter(({ id }) => id !== method.id);
  const alternate = phones.find(({ type }) => type === 'alternateMobile');
  if (method.type === 'mobile' && alternate) {
    return { kind: 'other-first', other: { method: alternate, removal: removalOf(alternate, situation) } };
  }
  const others = otherMethodsOf(account);
  const last = phones.length > 0 ? 'no' : others === undefined ? 'perhaps' : others.length > 0 ? 'no' : 'yes';
  if (!isDefault(method)) return { kind: 'free', last };
  const candidates: DefaultCandidate[] = [
    ...(others ?? []).flatMap((choice) => (choice === 'other' ? [] : { choice })),
    ...phones.flatMap((phone) => {
      const choice = defaultOfPhoneType(phone.type);
      return choice ? { choice, phone } : [];
    }),
  ];
  if (defaultRefused && last !== 'yes') return { kind: 'default-elsewhere' };
  if (candidates.length > 0) return { kind: 'is-default', candidates };
  return others === undefined && isLooking ? { kind: 'looking' } : { kind: 'free', last };
}

/** A default that is no phone is one that there is, also before anything was asked for. */
function otherMethodsOf({ otherMethods, defaultMethod }: Account): OtherMethod[] | undefined {
  if (otherMethods || defaultMethod === 'unknown') return otherMethods;
  const { kind } = defaultMethod;
  return kind === 'push' || kind === 'oath' ? [kind] : undefined;
}
