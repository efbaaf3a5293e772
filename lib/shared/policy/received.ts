// The policy as it was received last, checked: what is kept of it, so that it counts at once at the next start.
import { type CheckedPolicy, checkPolicy } from './validate.ts';

export interface ReceivedPolicy extends CheckedPolicy {
  id: 'managed';
  /** Each key that was received, as JSON text, shortened. */
  received: Record<string, string>;
  /** The same on every machine with the same policy. */
  fingerprint: string;
  receivedAt: number;
}

const mostText = 300;

/** @returns undefined for an empty policy, which is none */
export async function receivedPolicy(policy: unknown, now: number): Promise<ReceivedPolicy | undefined> {
  if (typeof policy !== 'object' || policy === null || Object.keys(policy).length === 0) return undefined;
  const checked = checkPolicy(policy);
  const keys = [...Object.keys(checked.values), ...checked.rejected.map(({ key }) => key)];
  return {
    id: 'managed',
    ...checked,
    received: Object.fromEntries(keys.map((key) => [key, textOf((policy as Record<string, unknown>)[key])])),
    fingerprint: await fingerprintOf(policy as Record<string, unknown>),
    receivedAt: now,
  };
}

function textOf(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > mostText ? `${text.slice(0, mostText)}…` : text;
}

/** Of the keys in order: browsers hand them over in any. */
async function fingerprintOf(policy: Record<string, unknown>): Promise<string> {
  const entries = Object.keys(policy)
    .sort()
    .map((key) => [key, policy[key]]);
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(entries)));
  return [...new Uint8Array(hash).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
