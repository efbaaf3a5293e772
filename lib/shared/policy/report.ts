// The state of each managed setting, for the options page and as text for administrators.
import type { Settings } from '../model/rows.ts';
import { effectivePolicy, effectiveSettings } from './effective-policy.ts';
import type { ReceivedPolicy } from './received.ts';
import { disabledReason, keysMissingPartner } from './restrictions.ts';
import { type PolicyKey, policyKeys, type Rejection } from './setting-definitions.ts';

export interface ReportLine {
  key: string;
  /** As JSON text, shortened. */
  received?: string | undefined;
  /** As JSON text. */
  inEffect?: string | undefined;
  state:
    | { kind: 'in-effect' }
    /** The extension is disabled without it. */
    | { kind: 'missing' }
    | { kind: 'rejected'; why: Rejection }
    /** Ignored, because another key is not set. */
    | { kind: 'needs'; key: PolicyKey }
    /** Not set, or dropped by a browser that checks policies itself. */
    | { kind: 'not-received' };
}

/** Every key that was received or is required first, then the others. */
export function reportOf(stored: {
  policy?: ReceivedPolicy | undefined;
  settings?: Settings | undefined;
}): ReportLine[] {
  const { rejected = [], received = {} } = stored.policy ?? {};
  const policy = effectivePolicy(stored.policy);
  const settings = effectiveSettings(stored);
  const reason = disabledReason(policy);
  const missing = reason?.kind === 'missing-keys' ? reason.keys : [];
  const ignored = keysMissingPartner(policy);
  const stateOf = (key: PolicyKey): ReportLine['state'] => {
    const why = rejected.find((each) => each.key === key)?.why;
    if (why) return { kind: 'rejected', why };
    if (missing.includes(key)) return { kind: 'missing' };
    const partner = ignored.find((each) => each.key === key)?.needs;
    if (partner) return { kind: 'needs', key: partner };
    return { kind: policy.managedKeys.includes(key) ? 'in-effect' : 'not-received' };
  };
  const lines = policyKeys.map((key): ReportLine => {
    const state = stateOf(key);
    const inEffect = state.kind === 'needs' ? undefined : JSON.stringify(settings[key]);
    return { key, received: received[key], inEffect, state };
  });
  const unknown = rejected
    .filter(({ why }) => why === 'unknown-key')
    .map(({ key, why }): ReportLine => ({ key, received: received[key], state: { kind: 'rejected', why } }));
  return [...lines.filter((line) => !isNotReceived(line)), ...unknown, ...lines.filter(isNotReceived)];
}

export function isNotReceived({ state }: ReportLine): boolean {
  return state.kind === 'not-received';
}

/** In English only, because the administrator may not speak the user's language. */
export function reportText(
  lines: readonly ReportLine[],
  context: { policy: ReceivedPolicy | undefined; version: string; checkedByBrowser: boolean },
): string {
  const { policy, version, checkedByBrowser } = context;
  const head = [`extension: ${version}`, `policy: ${policy?.fingerprint ?? 'none'}`];
  if (policy) head.push(`received: ${new Date(policy.receivedAt).toISOString()}`);
  if (checkedByBrowser) head.push('note: this browser drops values that are not valid before the extension sees them');
  const body = lines.map(({ key, received = 'nothing', inEffect = 'nothing', state }) => {
    const detail = state.kind === 'rejected' ? `: ${state.why}` : state.kind === 'needs' ? `: ${state.key}` : '';
    return `${key}: ${state.kind}${detail}; received ${received}; in effect ${inEffect}`;
  });
  return [...head, ...body].join('\n');
}
