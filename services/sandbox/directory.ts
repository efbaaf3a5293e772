// What the organization knows about its employees' sign-in methods, and the rules of changing it. Knows no HTTP:
// Graph, the account page and the sign-in page are ways in.
import { employees } from './employees.ts';
import { directoryNumber } from './phone-number.ts';
import type { Clock, DefaultMethod, Employee, Methods, PhoneType, SmsSignInState } from './types.ts';

export type RefusalReason =
  | 'invalid-number'
  | 'already-there'
  | 'not-there'
  | 'needs-mobile'
  | 'is-default'
  | 'has-alternate'
  | 'in-use'
  | 'not-a-mobile'
  | 'not-available'
  | 'no-such-method';

/** A change the directory refuses. `saved`: the number is kept all the same, as the service does with one in use. */
export class Refusal extends Error {
  readonly reason: RefusalReason;
  readonly saved: boolean;
  constructor(reason: RefusalReason, saved = false) {
    super(reason);
    this.reason = reason;
    this.saved = saved;
  }
}

interface Row {
  employee: Employee;
  now: Methods;
  /** Changes that reads do not show yet, oldest first. */
  pending: { from: number; methods: Methods }[];
  shown: Methods;
}

const phoneOfDefault: Partial<Record<DefaultMethod, PhoneType>> = {
  sms: 'mobile',
  voiceMobile: 'mobile',
  voiceAlternateMobile: 'alternateMobile',
  voiceOffice: 'office',
};

export class Directory {
  propagation: number;
  stateOfNewNumbers: 'ready' | 'notEnabled' | 'notConfigured' = 'ready';
  #rows = new Map<string, Row>();
  #clock: Clock;
  #propagationAtStart: number;

  constructor(clock: Clock, propagation: number) {
    this.#clock = clock;
    this.propagation = propagation;
    this.#propagationAtStart = propagation;
    this.reset();
  }

  reset(): void {
    this.propagation = this.#propagationAtStart;
    this.stateOfNewNumbers = 'ready';
    for (const employee of Object.values(employees) as Employee[]) {
      const { phones, smsSignInState, authenticatorApp, defaultMethod } = employee.start;
      const methods = { phones, smsSignInState, authenticatorApp, defaultMethod };
      this.#rows.set(employee.oid, { employee, now: methods, pending: [], shown: methods });
    }
  }

  employees(): Employee[] {
    return [...this.#rows.values()].map((row) => row.employee);
  }

  employeeByOid(oid: string): Employee | undefined {
    return this.#rows.get(oid)?.employee;
  }

  employeeByUserName(userName: string): Employee | undefined {
    const wanted = userName.trim().toLowerCase();
    return this.employees().find((employee) => employee.userName === wanted);
  }

  /** Whom a number may sign in, with the state of its mobile: whose sign-in name it is, otherwise who has it. */
  employeeByMobile(number: string): { employee: Employee; smsSignInState: SmsSignInState } | undefined {
    const having = [...this.#rows.values()].filter((row) => row.now.phones.mobile === number);
    const row =
      having.find((candidate) => candidate.now.smsSignInState === 'ready') ??
      having.find((candidate) => candidate.now.smsSignInState === 'notConfigured') ??
      having[0];
    return row && { employee: row.employee, smsSignInState: row.now.smsSignInState ?? 'notSupported' };
  }

  /** The truth, at once. */
  methods(oid: string): Methods {
    return this.#row(oid).now;
  }

  /** What reads show, behind by the propagation. */
  shownMethods(oid: string): Methods {
    const row = this.#row(oid);
    while (row.pending[0] && row.pending[0].from <= this.#clock.now()) {
      row.shown = row.pending[0].methods;
      row.pending.shift();
    }
    return row.shown;
  }

  /** Adds or changes a number. Nobody proves possession here: that is the caller's business. */
  setPhone(oid: string, type: PhoneType, input: string, purpose: 'add' | 'change'): void {
    const { now } = this.#row(oid);
    const number = directoryNumber(input);
    if (!number) throw new Refusal('invalid-number');
    if (purpose === 'add' && now.phones[type] !== undefined) throw new Refusal('already-there');
    if (purpose === 'change' && now.phones[type] === undefined) throw new Refusal('not-there');
    if (type === 'alternateMobile' && now.phones.mobile === undefined) throw new Refusal('needs-mobile');
    const smsSignInState = type === 'mobile' ? this.#stateOfNew(oid, number) : now.smsSignInState;
    const first = Object.keys(now.phones).length === 0 && !now.authenticatorApp;
    this.#change(oid, {
      ...now,
      phones: { ...now.phones, [type]: number },
      smsSignInState,
      defaultMethod: first && type === 'mobile' ? 'sms' : now.defaultMethod,
    });
    if (type === 'mobile' && smsSignInState === 'phoneNumberNotUnique') throw new Refusal('in-use', true);
  }

  removePhone(oid: string, type: PhoneType): void {
    const { now } = this.#row(oid);
    if (now.phones[type] === undefined) throw new Refusal('not-there');
    if (type === 'mobile' && now.phones.alternateMobile !== undefined) throw new Refusal('has-alternate');
    const isDefault = now.defaultMethod !== undefined && phoneOfDefault[now.defaultMethod] === type;
    const others = Object.keys(now.phones).length - 1 + (now.authenticatorApp ? 1 : 0);
    if (isDefault && others > 0) throw new Refusal('is-default');
    this.#dropPhone(oid, type);
  }

  enableSmsSignIn(oid: string, type: PhoneType): void {
    const { now } = this.#row(oid);
    const number = now.phones[type];
    if (number === undefined) throw new Refusal('not-there');
    if (type !== 'mobile') throw new Refusal('not-a-mobile');
    if (!this.#row(oid).employee.start.smsSignInAvailable) throw new Refusal('not-available');
    if (this.#isSignInNameOfAnother(oid, number)) {
      this.#change(oid, { ...now, smsSignInState: 'phoneNumberNotUnique' });
      throw new Refusal('in-use', true);
    }
    // The seed's known issue: only a sign-in with the number finishes a number that is not configured.
    if (now.smsSignInState !== 'notConfigured') this.#change(oid, { ...now, smsSignInState: 'ready' });
  }

  disableSmsSignIn(oid: string, type: PhoneType): void {
    const { now } = this.#row(oid);
    if (now.phones[type] === undefined) throw new Refusal('not-there');
    if (type !== 'mobile') throw new Refusal('not-a-mobile');
    if (now.smsSignInState === 'ready' || now.smsSignInState === 'notConfigured') {
      this.#change(oid, { ...now, smsSignInState: 'notEnabled' });
    }
  }

  /** The person signed in with the number and followed the prompt to register it. */
  finishRegistration(oid: string): void {
    const { now } = this.#row(oid);
    if (now.smsSignInState === 'notConfigured') this.#change(oid, { ...now, smsSignInState: 'ready' });
  }

  setDefaultMethod(oid: string, method: DefaultMethod): void {
    const { now } = this.#row(oid);
    const phone = phoneOfDefault[method];
    if (phone ? now.phones[phone] === undefined : !now.authenticatorApp) throw new Refusal('no-such-method');
    this.#change(oid, { ...now, defaultMethod: method });
  }

  /** Past all rules and shown at once: for the control interface. */
  override(oid: string, changes: Partial<Methods>): void {
    const row = this.#row(oid);
    row.now = { ...row.now, ...changes };
    row.pending = [];
    row.shown = row.now;
  }

  /** Past all rules and shown at once: for the control interface. */
  overridePhone(oid: string, type: PhoneType, input: string | undefined): void {
    if (input === undefined) {
      this.#dropPhone(oid, type);
      this.override(oid, {});
      return;
    }
    const number = directoryNumber(input);
    if (!number) throw new Error(`Not a phone number: ${input}`);
    this.override(oid, {
      phones: { ...this.methods(oid).phones, [type]: number },
      ...(type === 'mobile' ? { smsSignInState: this.#stateOfNew(oid, number) } : {}),
    });
  }

  #dropPhone(oid: string, type: PhoneType): void {
    const { now } = this.#row(oid);
    const { [type]: _dropped, ...phones } = now.phones;
    const wasDefault = now.defaultMethod !== undefined && phoneOfDefault[now.defaultMethod] === type;
    this.#change(oid, {
      ...now,
      phones,
      smsSignInState: type === 'mobile' ? undefined : now.smsSignInState,
      defaultMethod: wasDefault ? undefined : now.defaultMethod,
    });
  }

  #stateOfNew(oid: string, number: string): SmsSignInState {
    if (!this.#row(oid).employee.start.smsSignInAvailable) return 'notAllowedByPolicy';
    return this.#isSignInNameOfAnother(oid, number) ? 'phoneNumberNotUnique' : this.stateOfNewNumbers;
  }

  #isSignInNameOfAnother(oid: string, number: string): boolean {
    return [...this.#rows.values()].some(
      (row) => row.employee.oid !== oid && row.now.phones.mobile === number && row.now.smsSignInState === 'ready',
    );
  }

  #change(oid: string, methods: Methods): void {
    const row = this.#row(oid);
    this.shownMethods(oid);
    row.now = methods;
    row.pending.push({ from: this.#clock.now() + this.propagation, methods });
  }

  #row(oid: string): Row {
    const row = this.#rows.get(oid);
    if (!row) throw new Error(`No employee ${oid}`);
    return row;
  }
}
