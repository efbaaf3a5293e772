// What the organization's administrators decided about applications: consent and the access policy.
export class AccessPolicy {
  consent: 'all' | 'missing' | readonly string[] = 'all';
  blocked = false;

  reset(): void {
    this.consent = 'all';
    this.blocked = false;
  }

  /** Whether a scope, named without its resource, is consented to. */
  consented = (scope: string): boolean =>
    this.consent === 'all' || (this.consent !== 'missing' && this.consent.includes(scope));
}
