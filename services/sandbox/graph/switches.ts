// Behaviour of Graph that is undocumented or that tests change.
import type { Memberships } from '../types.ts';

export interface GraphSwitches {
  /** Whether users may create and change their own phones. */
  selfWrite: boolean;
  /** Whether users may change their own default method. */
  selfDefault: boolean;
  /** How many of the next writes succeed without effect. */
  ignoredWrites: number;
  /** By object id. */
  memberships: Map<string, Memberships>;
}

export function graphSwitches(): GraphSwitches {
  return { selfWrite: true, selfDefault: true, ignoredWrites: 0, memberships: new Map() };
}
