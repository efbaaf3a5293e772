// Behaviour of Graph that is undocumented or that tests change.
import type { FurtherMethod, Memberships, PhoneType, ShownPhone } from '../types.ts';

export interface GraphSwitches {
  /** Whether users may create and change their own phones. */
  selfWrite: boolean;
  /** Whether users may change their own default method. */
  selfDefault: boolean;
  /** How many of the next writes succeed without effect. */
  ignoredWrites: number;
  /** By object id. */
  memberships: Map<string, Memberships>;
  /** By object id. */
  shownPhones: Map<string, Partial<Record<PhoneType, ShownPhone>>>;
  /** By object id. */
  furtherMethods: Map<string, FurtherMethod[]>;
  /** Entries in a page of a list. */
  pageSize: number;
  /** Of `signInPreferences`; undefined: the system prefers none. */
  systemPreferredMethod: string | undefined;
  /** Answers every read of the sign-in preferences. */
  preferencesStatus: number | undefined;
}

export function graphSwitches(): GraphSwitches {
  return {
    selfWrite: false,
    selfDefault: false,
    ignoredWrites: 0,
    memberships: new Map(),
    shownPhones: new Map(),
    furtherMethods: new Map(),
    pageSize: Number.POSITIVE_INFINITY,
    systemPreferredMethod: undefined,
    preferencesStatus: undefined,
  };
}
