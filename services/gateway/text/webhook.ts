// Hands texts to an adapter of the organization's SMS provider by a signed HTTP request (README, "The webhook").
import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import type { SendOutcome, SendText } from './sender.ts';

export interface WebhookConfiguration {
  url: string;
  secret: string;
  timeoutMs?: number;
}

/** Waits before the further tries. */
const retryAfterMs = [200, 800];

/** The connection never stood, so the request was certainly not processed. */
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

const Refusal = v.object({ reason: v.optional(v.string()) });

/**
 * `Gateway-Signature: t=<seconds>,v1=<hex>`, an HMAC-SHA256 of `<seconds>.<body>`: the adapter checks it, and the time
 * against replays.
 */
function signature(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

export function createWebhookSender(
  { url, secret, timeoutMs = 10_000 }: WebhookConfiguration,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): SendText {
  async function once(body: string, id: string): Promise<SendOutcome | 'never-connected'> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': id,
          'gateway-signature': signature(secret, Math.floor(Date.now() / 1000), body),
        },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const answer = await response.text();
      if (response.ok) return { kind: 'accepted' };
      // The contract: with 4xx nothing was sent. Whatever else a server says may come after the text went out.
      if (response.status < 400 || response.status >= 500) return { kind: 'unknown' };
      return { kind: 'refused', cannotReceive: reasonOf(answer) === 'cannot-receive-texts' };
    } catch (error) {
      const cause = (error as { cause?: { code?: unknown } }).cause;
      return neverConnected.has(String(cause?.code)) ? 'never-connected' : { kind: 'unknown' };
    }
  }

  return async ({ to, body: words, id }) => {
    const body = JSON.stringify({ to, body: words, id });
    for (const delay of [...retryAfterMs, undefined]) {
      const outcome = await once(body, id);
      if (outcome !== 'never-connected') return outcome;
      if (delay !== undefined) await wait(delay);
    }
    return { kind: 'refused' };
  };
}

function reasonOf(answer: string): string | undefined {
  try {
    const parsed = v.safeParse(Refusal, JSON.parse(answer));
    return parsed.success ? parsed.output.reason : undefined;
  } catch {
    return undefined;
  }
}
