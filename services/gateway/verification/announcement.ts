// Announces an added or a changed phone number, which the owner of the account may not have registered: by a text to a
// number that was there before, otherwise by an event to the organization's own system.
import type { Clock, GatewayConfiguration } from '../configuration.ts';
import { isSameNumber, type Phone, type PhoneType } from '../directory/graph.ts';
import type { Log } from '../log.ts';
import { noticeText } from '../sms/messages.ts';
import type { SendEvent, SendOutcome, SendText } from '../sms/sender.ts';
import { messageId } from './codes.ts';
import { type DestinationRules, textDestination } from './destination.ts';
import type { Registration, Store } from './store.ts';

/** Then the old phone number is deleted, and the event takes the place of the text. */
export const textForMs = 3_600_000;
/** Long enough for an organization to notice that its system does not answer. */
export const eventForMs = 24 * 3_600_000;

/**
 * The phone number that gets the notice: the replaced one, otherwise the mobile number, otherwise any other.
 * @param phones of the account before the write
 * @param phoneNumber the new one, which its registrant holds
 * @returns null if no other number may be texted
 */
export function noticeNumber(
  phones: readonly Phone[],
  { type, phoneNumber }: { type: PhoneType; phoneNumber: string },
  destinations: DestinationRules,
): string | null {
  const ofType = (wanted: string) => phones.filter(({ phoneType }) => phoneType === wanted);
  const candidates = [...ofType(type), ...ofType('mobile'), ...phones];
  const chosen = candidates.find(
    (phone) => !isSameNumber(phone, phoneNumber) && textableNumber(phone.phoneNumber, destinations) !== undefined,
  );
  return chosen?.phoneNumber ?? null;
}

/** What follows a try to announce. `event` replaces the text; `none` gives up. */
export function afterTry(
  way: 'text' | 'event',
  outcome: SendOutcome,
  ageMs: number,
): 'announced' | 'again' | 'event' | 'none' {
  if (outcome.kind === 'accepted') return 'announced';
  if (way === 'event') return ageMs < eventForMs ? 'again' : 'none';
  const cannotReceive = outcome.kind === 'refused' && outcome.cannotReceive === true;
  return cannotReceive || ageMs >= textForMs ? 'event' : 'again';
}

/** @returns E.164 */
function textableNumber(phoneNumber: string, destinations: DestinationRules): string | undefined {
  try {
    return textDestination(phoneNumber, destinations).e164;
  } catch {
    return undefined;
  }
}

export function createAnnouncement({
  configuration: { codeKey, destinations, language, organization },
  store,
  sendText,
  sendEvent,
  later,
  clock,
  log,
}: {
  configuration: Pick<GatewayConfiguration, 'codeKey' | 'destinations' | 'language' | 'organization'>;
  store: Store;
  sendText: SendText;
  sendEvent: SendEvent;
  later: (registration: Registration) => Registration;
  clock: Clock;
  log: Log;
}) {
  const unknown = (): SendOutcome => ({ kind: 'unknown' });

  /** Refused also if the rules for texts changed after the number was chosen. */
  async function text({ oid, id }: Registration, phoneNumber: string, changed: boolean): Promise<SendOutcome> {
    const to = textableNumber(phoneNumber, destinations);
    if (to === undefined) return { kind: 'refused', cannotReceive: true };
    const body = noticeText({ organization, changed, language });
    return sendText({ to, body, id: messageId(codeKey, oid, id, 'notice') }).catch(unknown);
  }

  function event(registration: Registration, type: PhoneType, changed: boolean): Promise<SendOutcome> {
    const { oid, id, attempted_at, started_at } = registration;
    return sendEvent({
      event: changed ? 'number-changed' : 'number-added',
      user: oid,
      type,
      // Null if Graph had the number before the write.
      at: new Date(attempted_at ?? started_at).toISOString(),
      id: messageId(codeKey, oid, id, 'event'),
    }).catch(unknown);
  }

  /**
   * Takes one step of a registration that Graph shows. The row exists until the announcement is accepted, and each try has
   * the same id, because a second notice is better than none.
   */
  return async function announce(registration: Registration): Promise<void> {
    const { oid, id, notice_number, started_at } = registration;
    const challenge = store.challenge(oid, id);
    if (!challenge) return;
    const changed = challenge.purpose === 'change';
    const way = notice_number === null ? 'event' : 'text';
    const outcome = await (notice_number === null
      ? event(registration, challenge.type, changed)
      : text(registration, notice_number, changed));
    const next = afterTry(way, outcome, clock.now() - started_at);
    if (next === 'again') return void store.updateRegistration(later(registration));
    if (next === 'announced') {
      store.deleteRegistration(oid, id);
      log({ level: 'info', event: 'notice-sent', oid, id, by: way });
      return;
    }
    if (next === 'none') {
      const total = store.giveUpAnnouncement(oid, id);
      log({ level: 'error', event: 'notice-not-sent', oid, id, total });
      return;
    }
    log({ level: 'warn', event: 'notice-text-failed', oid, id });
    const byEvent = { ...registration, notice_number: null, tries: 0, next_try_at: clock.now() };
    store.updateRegistration(byEvent);
    return announce(byEvent);
  };
}
