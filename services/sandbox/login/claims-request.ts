// Entra's interpretation of the `claims` parameter.
import * as v from 'valibot';
import type { DemandedClaims } from '../types.ts';

const member = v.nullable(
  v.object({
    essential: v.optional(v.boolean()),
    value: v.optional(v.unknown()),
    values: v.optional(v.array(v.unknown())),
  }),
);

const schema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    access_token: v.optional(v.record(v.string(), member)),
    id_token: v.optional(v.record(v.string(), member)),
  }),
);

export interface ClaimsRequest {
  /** An essential `amr` with `ngcmfa` demands a new sign-in in spite of a session. */
  freshSignIn: boolean;
  /** The client supports claims challenges. */
  cp1: boolean;
  /** The ID token must have `auth_time`. */
  authTime: boolean;
  valid: boolean;
  /** What access tokens have to satisfy. */
  demanded: DemandedClaims;
}

export function readClaimsRequest(text: string): ClaimsRequest {
  if (text === '') return { freshSignIn: false, cp1: false, authTime: false, valid: true, demanded: {} };
  const read = v.safeParse(schema, text);
  if (!read.success) return { freshSignIn: false, cp1: false, authTime: false, valid: false, demanded: {} };
  const { access_token: access = {}, id_token: id = {} } = read.output;
  const valuesOf = (claim: string) => valuesIn(access[claim]).map((value) => value.toLowerCase());
  return {
    freshSignIn: access.amr?.essential === true && valuesOf('amr').includes('ngcmfa'),
    cp1: valuesOf('xms_cc').includes('cp1'),
    authTime: 'auth_time' in id,
    valid: true,
    demanded: access,
  };
}

/** The authentication contexts that the claims ask for: values of `acrs` between `c1` and `c99`. */
export function contextsIn({ acrs }: DemandedClaims): string[] {
  return valuesIn(acrs).filter((value) => /^c[1-9]\d?$/.test(value));
}

export function valuesIn(request: DemandedClaims[string] | undefined): string[] {
  return [...(request?.values ?? []), ...(request?.value === undefined ? [] : [request.value])].map(String);
}
