// For whom and when there is something to offer, and how it is getting on. Pure: from the database's rows.

import { type BannerMode, type Campaign, isCampaignOn } from './campaign.ts';
import { hasSmsSignIn } from './clouds.ts';
import { isOver, newestOf } from './command-row.ts';
import type { ErrorDetails } from './errors.ts';
import type { Account, Answer, CachedMethod, CommandRow, Connection } from './rows.ts';

export interface OfferRows {
  connections: Connection[];
  accounts: Account[];
  methods: CachedMethod[];
  outbox: CommandRow[];
  answers: Answer[];
  settings: Campaign & { bannerMode: BannerMode };
}

/** Which number of which account a banner is about. */
export interface Subject {
  accountId: string;
  methodId: string;
}

/** What a banner can say about a number. */
type Phase =
  | { phase: 'offer' | 'working' | 'sign-in' | 'done' | 'unfinished' }
  | { phase: 'failed'; error: ErrorDetails };

export type BannerState = Subject &
  Phase & {
    connection: Connection;
    /** All that a web page may hold of the number. */
    lastDigits: string;
    /** SMS sign-in can be switched on. */
    isOfferable: boolean;
  };

/** How long an end is still told on a page that was there. */
const newsMs = { done: 60_000, failed: 10 * 60_000 };

/** Every number there is something to say about. Only a mobile number can sign in (Graph, `enableSmsSignIn`). */
export function bannerStates(rows: OfferRows, now: number): BannerState[] {
  const { bannerMode } = rows.settings;
  if (bannerMode === 'off' || !isCampaignOn(rows.settings, now)) return [];
  return rows.methods.flatMap((method) => {
    const account = rows.accounts.find(({ id }) => id === method.accountId);
    const connection = rows.connections.find(({ id }) => id === account?.connectionId);
    if (method.type !== 'mobile' || !account || !connection || !hasSmsSignIn(connection)) return [];
    // Whoever said no is left alone, also while they switch it on elsewhere.
    if (rows.answers.some((answer) => isNo(answer, method, bannerMode, now))) return [];
    const entry = newestEnable(rows.outbox, method);
    const isOfferable =
      // What was read before the session ended may no longer be so.
      account.session === 'signed-in' &&
      (method.smsSignIn === 'notEnabled' || (method.smsSignIn === 'notConfigured' && !owesSignIn(entry)));
    const phase = phaseOf(entry, method, isOfferable, now);
    const { accountId, id: methodId, masked } = method;
    return phase ? [{ accountId, methodId, connection, lastDigits: masked.slice(-2), isOfferable, ...phase }] : [];
  });
}

/**
 * What a page shows: what its banner is about already; otherwise a number to offer, if the page's tenant says whose, or
 * there is only one. With two numbers of one tenant nobody can say whose page it is.
 */
export function bannerStateForPage(
  states: readonly BannerState[],
  page: { tenant?: string | undefined; about?: Subject | undefined },
): BannerState | undefined {
  const { tenant, about } = page;
  if (about) return states.find((each) => isAbout(each, about));
  const offers = states.filter(({ phase }) => phase === 'offer');
  const fitting = tenant
    ? offers.filter(({ connection }) => [connection.id, connection.tenant].includes(tenant.toLowerCase()))
    : offers;
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Whether pages have to be reached: something can be offered, or an offer that was taken is under way. */
export function needsBannerScript({ isOfferable, phase }: BannerState): boolean {
  return isOfferable || phase === 'working' || phase === 'sign-in';
}

function isAbout(one: Subject, other: Subject): boolean {
  return one.accountId === other.accountId && one.methodId === other.methodId;
}

function newestEnable(outbox: CommandRow[], method: CachedMethod): CommandRow | undefined {
  const about = { accountId: method.accountId, methodId: method.id };
  return newestOf(
    outbox.filter(
      ({ command, state }) => command.kind === 'enable' && isAbout(command, about) && state !== 'cancelled',
    ),
  );
}

/** Enabled already: only a sign-in with the number can finish it, so asking again would lead nowhere. */
function owesSignIn(entry: CommandRow | undefined): boolean {
  return entry?.state === 'done' && entry.smsSignIn === 'notConfigured';
}

/** A number that was changed since is another one, whatever was said about the old one. */
function isNo(answer: Answer, method: CachedMethod, bannerMode: BannerMode, now: number): boolean {
  const isAboutIt = answer.accountId === method.accountId && answer.methodId === method.id;
  const isOver = bannerMode === 'until-enabled' && !answer.never && (answer.snoozedUntil ?? 0) <= now;
  return isAboutIt && answer.masked === method.masked && !isOver;
}

function phaseOf(
  entry: CommandRow | undefined,
  { smsSignIn }: CachedMethod,
  isOfferable: boolean,
  now: number,
): Phase | undefined {
  if (entry && !isOver(entry)) return { phase: entry.state === 'needs-step-up' ? 'sign-in' : 'working' };
  const age = now - (entry?.updatedAt ?? 0);
  if (entry?.state === 'failed' && !entry.dismissed && age < newsMs.failed && smsSignIn !== 'ready') {
    return { phase: 'failed', error: entry.error ?? { kind: 'unexpected-answer', at: entry.updatedAt } };
  }
  if (entry?.state === 'done' && age < newsMs.done) {
    if (smsSignIn === 'ready') return { phase: 'done' };
    if (smsSignIn === 'notConfigured') return { phase: 'unfinished' };
  }
  return isOfferable ? { phase: 'offer' } : undefined;
}
