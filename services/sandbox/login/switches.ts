// Behaviour of the sign-in service that Microsoft's documents allow and that tests turn on.
import type { GatewayRegistration, ScriptPages, TenantRegion } from '../types.ts';
import type { SignInFailureName, SignInPlace } from './sign-in-failures.ts';

export interface SignInSwitches {
  /** Answers silent authorization requests with pages first. */
  scriptPages: ScriptPages | undefined;
  /** Replaces members of the discovery document. */
  region: TenantRegion;
  failures: Partial<Record<SignInPlace, SignInFailureName>>;
  gatewayRegistration: GatewayRegistration;
}

/** @param gatewayRegistration default: a new registration */
export function signInSwitches(
  gatewayRegistration: GatewayRegistration = { tokenVersion: 1, authTime: false },
): SignInSwitches {
  return { scriptPages: undefined, region: {}, failures: {}, gatewayRegistration: { ...gatewayRegistration } };
}
