// Decides whether a text is refused. What a phone number must be like to be texted is in destination.ts.
import type { Clock, GatewayConfiguration } from '../configuration.ts';
import { type Graph, isSameNumber, type PhoneType } from '../directory/graph.ts';
import { GraphError, loggableGraphError } from '../directory/graph-error.ts';
import type { Log } from '../log.ts';
import { Problem } from '../problems.ts';
import { type Cap, type CappedBy, cappedBy, cooldown } from './caps.ts';
import { allTexts, type Purpose, type Store, type StoredSend } from './store.ts';

export type TextRefusal = ReturnType<typeof createTextRefusal>;

export function createTextRefusal({
  caps,
  store,
  graph,
  permission,
  clock,
  log,
}: {
  caps: GatewayConfiguration['caps'];
  store: Store;
  graph: Graph;
  permission: (oid: string) => Promise<void>;
  clock: Clock;
  log: Log;
}) {
  /** @returns when all of these caps leave room again; 0: they do now */
  function fullUntil(by: CappedBy, send: StoredSend, limits: readonly Cap[], now: number): number {
    const { oid: user, number_mark: number, address_mark: address, site_mark: site, calling_code: country } = send;
    const value = { user, number, address, site, country, total: allTexts }[by];
    if (value === null) return 0;
    const ends = limits.map((cap) => {
      const at = store.sendThatFillsCap(by, value, cap, now);
      return at === undefined ? 0 : at + cap.windowMs;
    });
    return Math.max(0, ...ends);
  }

  return {
    /**
     * Refuses a verification that could not end in a write to Graph. Before the phone number is proven, an answer may
     * tell only about the user's own phones: whose sign-in name the number is must stay hidden.
     * @throws Problem
     */
    async byOwnPhones(oid: string, phoneNumber: string, type: PhoneType, purpose: Purpose): Promise<void> {
      try {
        await permission(oid);
        const phones = await graph.phones(oid);
        if (phones.some((phone) => isSameNumber(phone, phoneNumber))) throw new Problem('already-registered');
        const hasType = phones.some((phone) => phone.phoneType === type);
        if (purpose === 'add' && hasType) throw new Problem('too-many-phones');
        if (purpose === 'change' && !hasType)
          throw new Problem('not-found', { detail: 'There is no phone of this type to change.' });
        // Graph refuses an alternate mobile number without a mobile number.
        if (type === 'alternateMobile' && !phones.some((phone) => phone.phoneType === 'mobile'))
          throw new Problem('not-permitted', { detail: 'An alternate mobile number needs a mobile number first.' });
      } catch (error) {
        if (!(error instanceof GraphError)) throw error;
        log({ level: 'warn', event: 'graph-refused', oid, ...loggableGraphError(error) });
        if (!error.isTemporary) throw new Problem('not-permitted');
        throw new Problem('service-unavailable', { retryAt: clock.now() + (error.details.retryAfterMs ?? 5000) });
      }
    },

    /** @throws Problem `send-throttled` with the time when all caps leave room again */
    byCaps(send: StoredSend): void {
      const { oid, id, address_mark, number_mark, calling_code } = send;
      const who = { oid, id, address: address_mark ?? undefined, number: number_mark, country: calling_code };
      let retryAt = fullUntil('number', send, [cooldown], send.at);
      for (const by of cappedBy) {
        const until = fullUntil(by, send, caps[by], send.at);
        if (until > 0) log({ level: 'warn', event: 'cap-reached', cap: by, ...who });
        retryAt = Math.max(retryAt, until);
      }
      if (retryAt > 0) throw new Problem('send-throttled', { retryAt });
    },

    /**
     * @returns when the user's own caps leave room for another text; a full cap per address, per country or over all texts is told only by
     * the refusal
     */
    ownCapsFullUntil: (send: StoredSend, now: number): number =>
      Math.max(fullUntil('user', send, caps.user, now), fullUntil('number', send, caps.number, now)),
  };
}
