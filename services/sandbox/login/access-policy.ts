import type { ContextPolicy, SecondFactorPolicy } from '../types.ts';
import { type ClaimsRequest, contextsIn } from './claims-request.ts';

/** Consent and Conditional Access, as the administrators set them. */
export class AccessPolicy {
  consent: 'all' | 'missing' | 'users' | readonly string[] = 'all';
  blocked = false;
  /** The justifications of requests for approval, by sign-in; undefined: the admin consent workflow is off. */
  requests: Map<string, string> | undefined;
  contextPolicy: ContextPolicy = 'on';
  /** Object ids. */
  readonly excludedFromContexts = new Set<string>();
  secondFactor: SecondFactorPolicy = 'every-sign-in';

  reset(): void {
    this.consent = 'all';
    this.blocked = false;
    this.requests = undefined;
    this.secondFactor = 'every-sign-in';
    this.contextPolicy = 'on';
    this.excludedFromContexts.clear();
  }

  /**
   * Whether a request demands a second factor.
   * @param oid of the user, if known
   */
  demandsSecondFactor(request: Pick<ClaimsRequest, 'freshSignIn' | 'demanded'>, oid: string | undefined): boolean {
    const isCovered = this.contextPolicy === 'on' && !(oid !== undefined && this.excludedFromContexts.has(oid));
    return request.freshSignIn || (isCovered && contextsIn(request.demanded).length > 0);
  }

  /** @param scope without its resource */
  isConsented = (scope: string): boolean => this.covers([scope]);

  /** Application permissions are granted unless the consent is a list without them. */
  isGranted = (permission: string): boolean => typeof this.consent !== 'object' || this.consent.includes(permission);

  /** @param scopes without their resources */
  covers(scopes: readonly string[]): boolean {
    const { consent } = this;
    return consent === 'all' || (typeof consent === 'object' && scopes.every((scope) => consent.includes(scope)));
  }
}
