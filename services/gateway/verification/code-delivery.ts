// Hands texts with codes to the SMS sender and records the outcome.
import type { Clock, GatewayConfiguration } from '../configuration.ts';
import { type Log, loggableError } from '../log.ts';
import { codeText } from '../sms/messages.ts';
import type { SendOutcome, SendText } from '../sms/sender.ts';
import { messageId } from './codes.ts';
import type { Store, StoredSend } from './store.ts';

export type CodeDelivery = ReturnType<typeof createCodeDelivery>;

export function createCodeDelivery({
  configuration: { codeKey, organization, publicOrigin },
  store,
  sendText,
  clock,
  log,
}: {
  configuration: Pick<GatewayConfiguration, 'codeKey' | 'organization' | 'publicOrigin'>;
  store: Store;
  sendText: SendText;
  clock: Clock;
  log: Log;
}) {
  const { host } = new URL(publicOrigin);
  /** Texts that this process is sending, by verification. */
  const sending = new Map<string, Promise<void>>();
  const keyOf = (oid: string, id: string) => `${oid} ${id}`;

  async function send(oid: string, id: string, send: number, to: string, code: string): Promise<void> {
    const body = codeText({ code, organization, host });
    const outcome = await sendText({ to, body, id: messageId(codeKey, oid, id, `code-${send}`) }).catch(
      (error: unknown): SendOutcome => {
        log({ level: 'error', event: 'sms-sender-failed', oid, id, ...loggableError(error) });
        return { kind: 'unknown' };
      },
    );
    try {
      store.transaction(() => {
        store.setDelivery(oid, id, send, outcome.kind);
        if (outcome.kind === 'refused' && outcome.cannotReceive && store.challenge(oid, id)?.state === 'sent')
          store.end(oid, id, 'failed', clock.now(), { error: 'cannot-receive-texts' });
      });
    } catch (error) {
      // The text may have arrived, so the request is answered, and the challenge says that the outcome is unknown.
      log({ level: 'error', event: 'delivery-not-recorded', oid, id, send, ...loggableError(error) });
    }
    log({ level: outcome.kind === 'accepted' ? 'info' : 'warn', event: `text-${outcome.kind}`, oid, id, send });
  }

  return {
    /** Never rejects. */
    deliver(oid: string, id: string, number: number, to: string, code: string): Promise<void> {
      const key = keyOf(oid, id);
      const work = send(oid, id, number, to, code).finally(() => sending.delete(key));
      sending.set(key, work);
      return work;
    },

    /** Waits for a text that this process is sending for the verification. */
    wait: async (oid: string, id: string): Promise<void> => sending.get(keyOf(oid, id)),

    /** Newest first. A stored `sending` without a sender in this process has an outcome that could not be recorded. */
    sends: (oid: string, id: string): StoredSend[] =>
      store
        .sends(oid, id)
        .map((each) =>
          each.delivery === 'sending' && !sending.has(keyOf(oid, id)) ? { ...each, delivery: 'unknown' } : each,
        ),

    async close(): Promise<void> {
      await Promise.all(sending.values());
    },
  };
}
