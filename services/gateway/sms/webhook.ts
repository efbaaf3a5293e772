// Sends texts and events to the adapter of an SMS provider as signed HTTP requests (README, "The webhook").
import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import type { WebhookConfiguration } from '../configuration.ts';
import type { Log } from '../log.ts';
import { causeOf, createOutgoingFetch, type Fetch } from '../outgoing.ts';
import type { NumberEvent, SendOutcome, Text } from './sender.ts';

/** Delays before the second and the third try. */
const retryAfterMs = [200, 800];

/** Without a connection the request was not processed, so that a retry is safe. */
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

const Refusal = v.object({ reason: v.optional(v.string()) });

/**
 * `Gateway-Signature: t=<seconds>,v1=<hex>`, an HMAC-SHA256 of `<seconds>.<body>`; the adapter refuses old times, which
 * prevents replays.
 */
function signature(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/** Each request that the adapter does not accept is logged with its status or its cause. */
export function createWebhookSender(
  { url, secret, timeoutMs = 10_000 }: WebhookConfiguration,
  { fetch, log }: { fetch?: Fetch; log: Log },
): (message: Text | NumberEvent) => Promise<SendOutcome> {
  const send = createOutgoingFetch(fetch);
  async function once(body: string, id: string): Promise<SendOutcome | 'never-connected'> {
    try {
      const response = await send(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': id,
          'gateway-signature': signature(secret, Math.floor(Date.now() / 1000), body),
        },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const answer = await response.text();
      if (response.ok) return { kind: 'accepted' };
      log({ level: 'warn', event: 'webhook-failed', id, status: response.status });
      // By the contract only a 4xx means that no text was sent.
      if (response.status < 400 || response.status >= 500) return { kind: 'unknown' };
      return { kind: 'refused', cannotReceive: reasonOf(answer) === 'cannot-receive-texts' };
    } catch (error) {
      const cause = causeOf(error);
      log({ level: 'warn', event: 'webhook-failed', id, cause });
      return neverConnected.has(cause) ? 'never-connected' : { kind: 'unknown' };
    }
  }

  return async (message) => {
    const body = JSON.stringify(message);
    for (const delay of [...retryAfterMs, undefined]) {
      const outcome = await once(body, message.id);
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
