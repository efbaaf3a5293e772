/** Consent and Conditional Access, as the administrators set them. */
export class AccessPolicy {
  consent: 'all' | 'missing' | readonly string[] = 'all';
  blocked = false;

  reset(): void {
    this.consent = 'all';
    this.blocked = false;
  }

  /** @param scope without its resource */
  isConsented = (scope: string): boolean =>
    this.consent === 'all' || (this.consent !== 'missing' && this.consent.includes(scope));
}
