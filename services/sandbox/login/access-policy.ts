/** Consent and Conditional Access, as the administrators set them. */
export class AccessPolicy {
  consent: 'all' | 'missing' | 'users' | readonly string[] = 'all';
  blocked = false;
  /** The justifications of requests for approval, by sign-in; undefined: the admin consent workflow is off. */
  requests: Map<string, string> | undefined;

  reset(): void {
    this.consent = 'all';
    this.blocked = false;
    this.requests = undefined;
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
