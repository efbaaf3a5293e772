import type {
  DefaultMethod,
  DefaultMethodChoice,
  KnownMethod,
  OtherMethod,
  PhoneMethod,
  PhoneType,
} from '../shared/model/phone-method.ts';
import type { Challenge, VerificationPurpose } from '../shared/model/phone-verification.ts';

export interface Snapshot {
  methods: PhoneMethod[];
  defaultMethod: DefaultMethod | 'unknown';
}

/** What the organization's identity service knows. Every call rejects with an IdentityError only. */
export interface PhoneDirectory {
  /** At most two requests. */
  snapshot(): Promise<Snapshot>;
  enableSmsSignIn(id: string): Promise<void>;
  disableSmsSignIn(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  setDefaultMethod(choice: DefaultMethodChoice): Promise<void>;
  /** Further ways to prove who one is, without passwords. Only asked for where it matters: before a removal. */
  otherMethods(): Promise<OtherMethod[]>;
}

/** Proof that a number is the person's, by a code that a gateway texts. Ids are made by the client, so that a lost answer can be asked for again. */
export interface InlineVerifier {
  kind: 'inline';
  /** Idempotent: texts once per id. */
  start(id: string, request: { number: string; type: PhoneType; purpose: VerificationPurpose }): Promise<Challenge>;
  /** Rejects with `code-expired` where nothing is known of the id. */
  get(id: string): Promise<Challenge>;
  resend(id: string): Promise<Challenge>;
  confirm(id: string, code: string): Promise<Challenge>;
  cancel(id: string): Promise<void>;
}

/** The same on a page of the service: leads there, and notices what was registered there. */
export interface HostedVerifier {
  kind: 'hosted';
  url(tenantId: string): string;
  /** The first method that is new or whose number changed. */
  registered(before: readonly KnownMethod[], after: readonly KnownMethod[]): KnownMethod | undefined;
}
