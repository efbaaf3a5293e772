// Where Graph's behaviour is not documented or a test wants it otherwise.
import type { Memberships } from '../types.ts';

export interface GraphSwitches {
  /** Whether employees may create and change own phones. */
  selfWrite: boolean;
  /** Whether employees may change the own default method. */
  selfDefault: boolean;
  /** How many writes from now on succeed without effect. */
  ignoredWrites: number;
  /** By employee. */
  memberships: Map<string, Memberships>;
}

export function graphSwitches(): GraphSwitches {
  return { selfWrite: true, selfDefault: true, ignoredWrites: 0, memberships: new Map() };
}
