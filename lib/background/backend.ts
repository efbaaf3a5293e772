// The seam: what a backend must offer. Every backend passes tests/conformance, driven by its declared capabilities.
import type { ErrorDetails } from '../shared/model/errors.ts';
import type {
  DefaultMethod,
  DefaultMethodChoice,
  OtherMethod,
  PhoneMethod,
  PhoneType,
} from '../shared/model/phone-method.ts';

export interface Capabilities {
  maxPhones: number;
  types: readonly PhoneType[];
  /** Whether the service has SMS sign-in at all (the cloud in China has not). */
  smsSignIn: boolean;
  defaultMethod: 'read-write' | 'read' | 'unknown';
}

export interface Snapshot {
  methods: PhoneMethod[];
  defaultMethod: DefaultMethod | 'unknown';
}

/** What the organization's identity service knows. Every call rejects with an IdentityError only. */
export interface PhoneDirectory {
  readonly capabilities: Capabilities;
  /** At most two requests. */
  snapshot(): Promise<Snapshot>;
  enableSmsSignIn(id: string): Promise<void>;
  disableSmsSignIn(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  setDefaultMethod(choice: DefaultMethodChoice): Promise<void>;
  /** Further ways to prove who one is, without passwords. Only asked for where it matters: before a removal. */
  otherMethods(): Promise<OtherMethod[]>;
}

/** A code on its way to a number, and what became of it. Times are milliseconds since 1970, by this machine's clock. */
export interface Challenge {
  id: string;
  state: 'sent' | 'confirmed' | 'writing' | 'done' | 'failed';
  /** Masked number. */
  sentTo: string;
  codeLength: number;
  sentAt: number;
  expiresAt: number;
  resendAt: number;
  attemptsLeft: number;
  /** With `sent`: the text may not have gone out, or the code has expired. With `failed`: why. */
  error?: ErrorDetails;
}

/** A change keeps the old number until the new one is proven. */
export type VerificationPurpose = 'add' | 'change';

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

/** What is remembered of a method at rest: enough to notice that it is new or changed. */
export interface KnownMethod {
  id: string;
  /** Masked number. */
  masked: string;
}

/** The same on a page of the service: leads there, and notices what was registered there. */
export interface HostedVerifier {
  kind: 'hosted';
  url(account: { tenantId: string; loginHint: string }): string;
  /** The first method that is new or whose number changed. */
  registered(before: readonly KnownMethod[], after: readonly KnownMethod[]): KnownMethod | undefined;
}
