// Checks access tokens for Graph.
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import * as v from 'valibot';
import { graph, tenantId } from '../login/applications.ts';
import type { SignIns } from '../login/sign-in-history.ts';
import type { ClaimsDemand, Clock } from '../types.ts';

const claims = v.object({
  jti: v.string(),
  oid: v.string(),
  tid: v.literal(tenantId),
  idtyp: v.picklist(['user', 'app']),
  scp: v.optional(v.string(), ''),
  roles: v.optional(v.array(v.string()), []),
  xms_cc: v.optional(v.array(v.string()), []),
});

export interface Caller {
  /** A user acts on the own account, an application on every account. */
  kind: 'user' | 'app';
  oid: string;
  tokenId: string;
  hasCp1: boolean;
  /** Scopes of a user's token, roles of an application's. */
  permissions: readonly string[];
  /** The last second factor of a user's session, in milliseconds since 1970. */
  secondFactorAt: number | undefined;
}

/** Answered with 401, and with the claims challenge if there is one. */
export class NotAuthenticated extends Error {
  readonly challenge: string | undefined;
  /** The form of the challenge. */
  readonly form: Pick<ClaimsDemand, 'encoding' | 'layout'>;
  constructor(message: string, challenge?: string, form: Pick<ClaimsDemand, 'encoding' | 'layout'> = {}) {
    super(message);
    this.form = form;
    this.challenge = challenge;
  }
}

export function tokenReader(parts: { keys: JSONWebKeySet; signIns: SignIns; clock: Clock }) {
  const keys = createLocalJWKSet(parts.keys);

  return async (authorization: string | undefined): Promise<Caller> => {
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    if (!token) throw new NotAuthenticated('Access token is empty.');
    const verified = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      audience: graph.audience,
      issuer: `https://sts.windows.net/${tenantId}/`,
      currentDate: new Date(parts.clock.now()),
    }).catch((error: unknown) => {
      throw new NotAuthenticated(
        error instanceof errors.JWTExpired
          ? 'Lifetime validation failed, the token is expired.'
          : error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud'
            ? 'Access token validation failure. Invalid audience.'
            : 'Access token validation failure.',
      );
    });
    const read = v.safeParse(claims, verified.payload);
    if (!read.success) throw new NotAuthenticated('Access token validation failure.');
    const { jti, oid, idtyp, scp, roles, xms_cc: capabilities } = read.output;
    if (parts.signIns.isRevoked(jti)) {
      const notBefore = String(Math.floor(parts.clock.now() / 1000));
      const challenge = JSON.stringify({ access_token: { nbf: { essential: true, value: notBefore } } });
      throw new NotAuthenticated(
        'Continuous access evaluation resulted in challenge.',
        capabilities.includes('CP1') ? challenge : undefined,
      );
    }
    const secondFactorAt = parts.signIns.secondFactorOfToken(jti);
    return {
      kind: idtyp,
      oid,
      tokenId: jti,
      hasCp1: capabilities.includes('CP1'),
      permissions: idtyp === 'user' ? scp.split(' ').filter(Boolean) : roles,
      secondFactorAt: secondFactorAt === undefined ? undefined : secondFactorAt * 1000,
    };
  };
}
