// What became of a managed policy, key by key: for the policy page, and as text for whoever looks after it.

import { inertnessOf, lonelyKeys } from './overlay.ts';
import type { ReceivedPolicy } from './received.ts';
import { type PolicyKey, policyKeys, type Rejection, type Rule, rules } from './rules.ts';
import type { SettingsInEffect } from './settings.ts';

export interface ReportLine {
  key: string;
  /** As JSON text, shortened. */
  received?: string;
  /** As JSON text; none where nothing counts. */
  inEffect?: string;
  state:
    | { kind: 'in-effect' }
    /** Nothing works without it. */
    | { kind: 'missing' }
    | { kind: 'rejected'; why: Rejection }
    /** Not used, since another key is not there. */
    | { kind: 'needs'; key: PolicyKey }
    /** Not set; or, in a browser that checks policies itself, dropped by it. */
    | { kind: 'not-received' };
}

/** Every key that was received or is needed first, then the others. @param settings what counts together with people's own choices */
export function reportOf(policy: ReceivedPolicy | undefined, settings: SettingsInEffect): ReportLine[] {
  const { values = {}, rejected = [], received = {} } = policy ?? {};
  const inert = inertnessOf(values);
  const missing = inert?.why === 'missing' ? inert.keys : [];
  const lonely = lonelyKeys(values);
  const lines = policyKeys.map((key): ReportLine => {
    const refusal = rejected.find((each) => each.key === key);
    const partner = lonely.find((each) => each.key === key);
    const rule: Rule = rules[key];
    const inEffect = partner
      ? undefined
      : (values[key] ?? (settings as unknown as Record<string, unknown>)[key] ?? rule.default);
    return {
      key,
      ...(received[key] === undefined ? {} : { received: received[key] }),
      ...(inEffect === undefined ? {} : { inEffect: JSON.stringify(inEffect) }),
      state: refusal
        ? { kind: 'rejected', why: refusal.why }
        : missing.includes(key)
          ? { kind: 'missing' }
          : partner
            ? { kind: 'needs', key: partner.needs }
            : { kind: values[key] === undefined ? 'not-received' : 'in-effect' },
    };
  });
  const unknown = rejected
    .filter(({ why }) => why === 'unknown-key')
    .map(({ key, why }): ReportLine => {
      return {
        key,
        ...(received[key] === undefined ? {} : { received: received[key] }),
        state: { kind: 'rejected', why },
      };
    });
  const isQuiet = ({ state }: ReportLine) => state.kind === 'not-received';
  return [...lines.filter((line) => !isQuiet(line)), ...unknown, ...lines.filter(isQuiet)];
}

/** The names are the same in every language, since the one who reads them need not speak the person's. */
export function reportText(
  lines: readonly ReportLine[],
  {
    policy,
    version,
    checkedByBrowser,
  }: { policy: ReceivedPolicy | undefined; version: string; checkedByBrowser: boolean },
): string {
  const head = [
    `extension: ${version}`,
    `policy: ${policy ? policy.fingerprint : 'none'}`,
    ...(policy ? [`received: ${new Date(policy.receivedAt).toISOString()}`] : []),
    ...(checkedByBrowser ? ['note: this browser drops values that are not valid before the extension sees them'] : []),
  ];
  const body = lines.map(({ key, received, inEffect = 'nothing', state }) => {
    const became =
      state.kind === 'rejected'
        ? `rejected: ${state.why}`
        : state.kind === 'needs'
          ? `needs: ${state.key}`
          : state.kind;
    return `${key}: ${became}; received ${received ?? 'nothing'}; in effect ${inEffect}`;
  });
  return [...head, ...body].join('\n');
}
