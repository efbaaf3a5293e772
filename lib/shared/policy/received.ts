// The last received policy as stored, so that it applies at the next start before the browser answers.
import { type CheckedPolicy, checkPolicy } from './validate.ts';

export interface ReceivedPolicy extends CheckedPolicy {
  id: 'managed';
  /** Each received key, as shortened JSON text. */
  received: Record<string, string>;
  /** Equal on all machines with the same policy. */
  fingerprint: string;
  receivedAt: number;
}

const maxTextLength = 300;

/** @returns undefined for an empty policy */
export async function receivedPolicy(policy: unknown, now: number): Promise<ReceivedPolicy | undefined> {
  if (typeof policy !== 'object' || policy === null || Object.keys(policy).length === 0) return undefined;
  const values = policy as Record<string, unknown>;
  const checked = checkPolicy(policy);
  const keys = [...Object.keys(checked.values), ...checked.rejected.map(({ key }) => key)];
  return {
    id: 'managed',
    ...checked,
    received: Object.fromEntries(keys.map((key) => [key, textOf(values[key])])),
    fingerprint: await fingerprintOf(values),
    receivedAt: now,
  };
}

function textOf(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
}

async function fingerprintOf(policy: Record<string, unknown>): Promise<string> {
  // Browsers deliver the keys in different orders.
  const entries = Object.keys(policy)
    .sort()
    .map((key) => [key, policy[key]]);
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(entries)));
  return [...new Uint8Array(hash).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
