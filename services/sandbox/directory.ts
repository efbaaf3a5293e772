// The sign-in methods of the employees and the rules of changing them, without HTTP.
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

/** A refused change. `saved`: the number was saved nevertheless, as Graph does with a number in use. */
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
  current: Methods;
  /** Changes that reads do not show yet, oldest first. */
  pending: { from: number; methods: Methods }[];
  shown: Methods;
  /** What a replica shows that lags behind, until a time. */
  lagging: { methods: Methods; until: number } | undefined;
  /** How many reads there were of each resource while a replica lagged behind. */
  reads: Map<string, number>;
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
  /** How long after a change, in milliseconds, reads alternate between the new and the old methods. */
  flipping = 0;
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
    this.flipping = 0;
    for (const employee of Object.values(employees) as Employee[]) {
      const { phones, smsSignInState, authenticatorApp, defaultMethod } = employee.start;
      const methods = { phones, smsSignInState, authenticatorApp, defaultMethod };
      this.#rows.set(employee.oid, {
        employee,
        current: methods,
        pending: [],
        shown: methods,
        lagging: undefined,
        reads: new Map(),
      });
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

  /** The employee whose sign-in name the number is, otherwise one who registered it. */
  employeeByMobile(number: string): { employee: Employee; smsSignInState: SmsSignInState } | undefined {
    const owners = [...this.#rows.values()].filter((row) => row.current.phones.mobile === number);
    const row =
      owners.find((candidate) => candidate.current.smsSignInState === 'ready') ??
      owners.find((candidate) => candidate.current.smsSignInState === 'notConfigured') ??
      owners[0];
    return row && { employee: row.employee, smsSignInState: row.current.smsSignInState ?? 'notSupported' };
  }

  /** The current methods. */
  methods(oid: string): Methods {
    return this.#row(oid).current;
  }

  /** The methods that a read of the resource shows, delayed by the propagation time. */
  shownMethods(oid: string, resource: string): Methods {
    const row = this.#row(oid);
    this.#propagate(row);
    if (!row.lagging || row.lagging.until <= this.#clock.now()) return row.shown;
    const reads = row.reads.get(resource) ?? 0;
    row.reads.set(resource, reads + 1);
    return reads % 2 === 0 ? row.shown : row.lagging.methods;
  }

  #propagate(row: Row): void {
    for (let next = row.pending[0]; next && next.from <= this.#clock.now(); next = row.pending[0]) {
      row.lagging = { methods: row.shown, until: next.from + this.flipping };
      row.reads.clear();
      row.shown = next.methods;
      row.pending.shift();
    }
  }

  /** The caller has verified possession of the number. */
  setPhone(oid: string, type: PhoneType, input: string, purpose: 'add' | 'change'): void {
    const { current } = this.#row(oid);
    const number = directoryNumber(input);
    if (!number) throw new Refusal('invalid-number');
    if (purpose === 'add' && current.phones[type] !== undefined) throw new Refusal('already-there');
    if (purpose === 'change' && current.phones[type] === undefined) throw new Refusal('not-there');
    if (type === 'alternateMobile' && current.phones.mobile === undefined) throw new Refusal('needs-mobile');
    const smsSignInState = type === 'mobile' ? this.#stateOfNew(oid, number) : current.smsSignInState;
    const isFirst = Object.keys(current.phones).length === 0 && !current.authenticatorApp;
    this.#change(oid, {
      ...current,
      phones: { ...current.phones, [type]: number },
      smsSignInState,
      defaultMethod: isFirst && type === 'mobile' ? 'sms' : current.defaultMethod,
    });
    if (type === 'mobile' && smsSignInState === 'phoneNumberNotUnique') throw new Refusal('in-use', true);
  }

  removePhone(oid: string, type: PhoneType): void {
    const { current } = this.#row(oid);
    if (current.phones[type] === undefined) throw new Refusal('not-there');
    if (type === 'mobile' && current.phones.alternateMobile !== undefined) throw new Refusal('has-alternate');
    const isDefault = current.defaultMethod !== undefined && phoneOfDefault[current.defaultMethod] === type;
    const others = Object.keys(current.phones).length - 1 + (current.authenticatorApp ? 1 : 0);
    if (isDefault && others > 0) throw new Refusal('is-default');
    this.#dropPhone(oid, type);
  }

  enableSmsSignIn(oid: string, type: PhoneType): void {
    const { current } = this.#row(oid);
    const number = current.phones[type];
    if (number === undefined) throw new Refusal('not-there');
    if (type !== 'mobile') throw new Refusal('not-a-mobile');
    if (!this.#row(oid).employee.start.smsSignInAvailable) throw new Refusal('not-available');
    if (this.#isSignInNameOfAnother(oid, number)) {
      this.#change(oid, { ...current, smsSignInState: 'phoneNumberNotUnique' });
      throw new Refusal('in-use', true);
    }
    // Known issue of the specification: only a sign-in with the number completes `notConfigured`.
    if (current.smsSignInState !== 'notConfigured') this.#change(oid, { ...current, smsSignInState: 'ready' });
  }

  disableSmsSignIn(oid: string, type: PhoneType): void {
    const { current } = this.#row(oid);
    if (current.phones[type] === undefined) throw new Refusal('not-there');
    if (type !== 'mobile') throw new Refusal('not-a-mobile');
    if (current.smsSignInState === 'ready' || current.smsSignInState === 'notConfigured') {
      this.#change(oid, { ...current, smsSignInState: 'notEnabled' });
    }
  }

  /** The employee signed in with the number and accepted the prompt to register it. */
  finishRegistration(oid: string): void {
    const { current } = this.#row(oid);
    if (current.smsSignInState === 'notConfigured') this.#change(oid, { ...current, smsSignInState: 'ready' });
  }

  setDefaultMethod(oid: string, method: DefaultMethod): void {
    const { current } = this.#row(oid);
    const phone = phoneOfDefault[method];
    if (phone ? current.phones[phone] === undefined : !current.authenticatorApp) throw new Refusal('no-such-method');
    this.#change(oid, { ...current, defaultMethod: method });
  }

  /** For the control interface: ignores the rules and the propagation time. */
  override(oid: string, changes: Partial<Methods>): void {
    const row = this.#row(oid);
    row.current = { ...row.current, ...changes };
    row.pending = [];
    row.lagging = undefined;
    row.shown = row.current;
  }

  /** For the control interface: ignores the rules and the propagation time. */
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
    const { current } = this.#row(oid);
    const { [type]: _dropped, ...phones } = current.phones;
    const wasDefault = current.defaultMethod !== undefined && phoneOfDefault[current.defaultMethod] === type;
    this.#change(oid, {
      ...current,
      phones,
      smsSignInState: type === 'mobile' ? undefined : current.smsSignInState,
      defaultMethod: wasDefault ? undefined : current.defaultMethod,
    });
  }

  #stateOfNew(oid: string, number: string): SmsSignInState {
    if (!this.#row(oid).employee.start.smsSignInAvailable) return 'notAllowedByPolicy';
    return this.#isSignInNameOfAnother(oid, number) ? 'phoneNumberNotUnique' : this.stateOfNewNumbers;
  }

  #isSignInNameOfAnother(oid: string, number: string): boolean {
    return [...this.#rows.values()].some(
      (row) =>
        row.employee.oid !== oid && row.current.phones.mobile === number && row.current.smsSignInState === 'ready',
    );
  }

  #change(oid: string, methods: Methods): void {
    const row = this.#row(oid);
    this.#propagate(row);
    row.current = methods;
    row.pending.push({ from: this.#clock.now() + this.propagation, methods });
  }

  #row(oid: string): Row {
    const row = this.#rows.get(oid);
    if (!row) throw new Error(`No employee ${oid}`);
    return row;
  }
}
