// Claims requests: what a sign-in and its tokens have to satisfy. Sources: OpenID Connect Core §5.5; Microsoft identity
// platform, "Claims challenges, claims requests, and client capabilities".
import * as v from 'valibot';
import { IdentityError } from '../../shared/model/errors.ts';

/** Challenges have a few hundred bytes. */
const maxBytes = 4096;

const ValueSchema = v.union([v.string(), v.number(), v.boolean()]);
const RequestSchema = v.record(
  v.string(),
  v.nullable(
    v.object({
      essential: v.optional(v.boolean()),
      value: v.optional(ValueSchema),
      values: v.optional(v.array(ValueSchema)),
    }),
  ),
);
export const ClaimsSchema = v.object({ access_token: v.optional(RequestSchema), id_token: v.optional(RequestSchema) });
export type Claims = v.InferOutput<typeof ClaimsSchema>;
type ClaimRequest = v.InferOutput<typeof RequestSchema>[string] | undefined;

const targets = ['access_token', 'id_token'] as const;
const ChallengeSchema = v.pipe(
  v.string(),
  v.maxBytes(maxBytes),
  v.parseJson(),
  ClaimsSchema,
  v.check((claims) => targets.some((target) => claims[target]), 'demands nothing that is known'),
  // Numbers can be longer than they were written: `1e20`.
  v.check((claims) => !isTooLong(claims)),
);

/** The client handles claims challenges. */
export const clientCapabilities: Claims = { access_token: { xms_cc: { values: ['cp1'] } } };

/** Graph requires these claims for writes more than ten minutes after multifactor authentication. Source: Graph, "authentication methods API". */
export const freshSignIn: Claims = { access_token: { amr: { essential: true, values: ['ngcmfa'] } } };

/** @throws IdentityError `unexpected-answer` with the code `invalid-claims` */
export function parseClaims(text: string, details: { status?: number } = {}): Claims {
  const parsed = v.safeParse(ChallengeSchema, text);
  if (!parsed.success) throw new IdentityError('unexpected-answer', { ...details, code: 'invalid-claims' });
  return parsed.output;
}

/** @param encoded Base64 in either alphabet, with or without padding. @returns text that {@link parseClaims} refuses if it is not Base64 */
export function decodeClaims(encoded: string): string {
  try {
    const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, ''));
    return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  } catch {
    return '';
  }
}

/** A later request for the same claim replaces an earlier one; lists of values are joined. */
export function mergeClaims(...requests: (Claims | undefined)[]): Claims {
  const merged: Claims = {};
  for (const target of targets) {
    for (const [name, request] of requests.flatMap((each) => Object.entries(each?.[target] ?? {}))) {
      const values = merged[target]?.[name]?.values;
      const joined = values && request?.values && { values: [...new Set([...values, ...request.values])] };
      merged[target] = { ...merged[target], [name]: joined ? { ...request, ...joined } : request };
    }
  }
  return merged;
}

/** @returns both challenges, or the newer one if they are too long together */
export function joinChallenges(known: Claims | undefined, newer: Claims): Claims {
  const joined = mergeClaims(known, newer);
  return isTooLong(joined) ? newer : joined;
}

function isTooLong(claims: Claims): boolean {
  return new TextEncoder().encode(JSON.stringify(claims)).length > maxBytes;
}

/** Whether a sign-in that asked for `asked` has also asked for `demanded`. */
export function coversClaims(asked: Claims | undefined, demanded: Claims): boolean {
  return targets.every((target) =>
    Object.entries(demanded[target] ?? {}).every(([name, request]) => {
      const known = asked?.[target]?.[name];
      return known !== undefined && valuesOf(request).every((value) => valuesOf(known).includes(value));
    }),
  );
}

function valuesOf(request: ClaimRequest): unknown[] {
  return [...(request?.values ?? []), ...(request?.value === undefined ? [] : [request.value])];
}
