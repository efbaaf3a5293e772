// Claims challenges that only a token satisfies whose authorization asked for the claims. Source: Microsoft identity platform,
// "Claims challenges, claims requests, and client capabilities".
import type { ClaimsDemand, DemandedClaims } from '../types.ts';
import { valuesIn } from './claims-request.ts';

/** The claims that a grant or a token was requested with. */
export interface AskedClaims {
  /** In a window. */
  interactive: DemandedClaims;
  /** In a window, by `prompt=none` or by a refresh. */
  any: DemandedClaims;
}

/** Where a token is judged. `resource`: the identifier, of a token request. */
export interface Judged {
  where: ClaimsDemand['where'];
  oid: string;
  resource?: string;
}

export class ClaimsDemands {
  list: readonly ClaimsDemand[] = [];
  #askedByToken = new Map<string, AskedClaims>();

  reset(): void {
    this.list = [];
    this.#askedByToken.clear();
  }

  recordToken(tokenId: string, asked: AskedClaims): void {
    this.#askedByToken.set(tokenId, asked);
  }

  /** The first demand on the token that its request did not ask for. */
  unmetByToken(judged: Judged, tokenId: string): ClaimsDemand | undefined {
    return this.unmet(judged, this.#askedByToken.get(tokenId));
  }

  /** @param demanded by a refresh: the token endpoint refuses claims that only the user can meet */
  unmet(
    { where, oid, resource }: Judged,
    asked: AskedClaims | undefined,
    demanded?: DemandedClaims,
  ): ClaimsDemand | undefined {
    return this.list.find(
      (demand) =>
        ((demand.where === where && (demand.resource === undefined || demand.resource === resource)) ||
          covers(demanded, demand.claims)) &&
        (demand.employee === undefined || demand.employee.oid === oid) &&
        !covers(demand.isMetSilently ? asked?.any : asked?.interactive, demand.claims),
    );
  }

  /** Whether a silent request asks for claims that only the user can meet. */
  needsUser(asked: DemandedClaims): boolean {
    return this.list.some((demand) => !demand.isMetSilently && covers(asked, demand.claims));
  }
}

export function challengeOf({ claims }: Pick<ClaimsDemand, 'claims'>): string {
  return JSON.stringify({ access_token: claims });
}

function covers(asked: DemandedClaims | undefined, demanded: DemandedClaims): boolean {
  return Object.entries(demanded).every(([name, demand]) => {
    const request = asked?.[name];
    return request !== undefined && valuesIn(demand).every((value) => valuesIn(request).includes(value));
  });
}
