// Where Graph's behaviour is not documented or a test wants it otherwise.
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

/** Ids of what an employee belongs to. */
export interface Memberships {
  groups?: readonly string[];
  directoryRoles?: readonly string[];
}

export function graphSwitches(): GraphSwitches {
  return { selfWrite: true, selfDefault: true, ignoredWrites: 0, memberships: new Map() };
}
