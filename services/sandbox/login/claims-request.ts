// The `claims` parameter as Entra reads it (facts of OAuth in an extension): a demanded fresh sign-in and client capabilities.
import * as v from 'valibot';

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
  /** `amr` with `ngcmfa`, essential: sign in anew, whatever session there is. */
  freshSignIn: boolean;
  /** The client understands claims challenges. */
  cp1: boolean;
  /** `auth_time` is asked for in the id token. */
  authTime: boolean;
  valid: boolean;
}

export function readClaimsRequest(text: string): ClaimsRequest {
  if (text === '') return { freshSignIn: false, cp1: false, authTime: false, valid: true };
  const read = v.safeParse(schema, text);
  if (!read.success) return { freshSignIn: false, cp1: false, authTime: false, valid: false };
  const { access_token: access = {}, id_token: id = {} } = read.output;
  const valuesOf = (claim: string) => {
    const wanted = access[claim];
    return [...(wanted?.values ?? []), wanted?.value].map((value) => String(value).toLowerCase());
  };
  return {
    freshSignIn: access.amr?.essential === true && valuesOf('amr').includes('ngcmfa'),
    cp1: valuesOf('xms_cc').includes('cp1'),
    authTime: 'auth_time' in id,
    valid: true,
  };
}
