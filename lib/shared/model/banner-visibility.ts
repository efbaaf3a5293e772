// Decides when the banner shows, for which number, and what it says. Whether a page is an account page: account-pages.ts.
import { type BannerMode, type Campaign, isCampaignOn } from './campaign.ts';
import { hasSmsSignIn } from './clouds.ts';
import { isOver, newestOf } from './command-row.ts';
import type { ErrorDetails } from './errors.ts';
import { hasDigits } from './phone-method.ts';
import type { Answer, CachedMethod, CommandRow, Connection, RowsOf } from './rows.ts';
import { smsSignInOption } from './sms-sign-in.ts';

export interface BannerRows extends RowsOf<'accounts' | 'methods' | 'outbox' | 'answers'> {
  connections: Connection[];
  settings: Campaign & { bannerMode: BannerMode };
}

export interface Subject {
  accountId: string;
  methodId: string;
}

type Phase =
  | { phase: 'offer' | 'working' | 'sign-in' | 'done' | 'unfinished' }
  | { phase: 'failed'; error: ErrorDetails };

export type BannerState = Subject &
  Phase & {
    connection: Connection;
    /** Two digits: a web page must not get more of the number. */
    lastDigits: string;
    isOfferable: boolean;
  };

/** How long the banner shows the result of a command. */
const resultMs = { done: 60_000, failed: 10 * 60_000 };

/** @returns one state for each number that the banner has something to say about */
export function bannerStates(rows: BannerRows, now: number): BannerState[] {
  const { bannerMode } = rows.settings;
  if (bannerMode === 'off' || !isCampaignOn(rows.settings, now)) return [];
  return rows.methods.flatMap((method) => {
    const account = rows.accounts.find(({ id }) => id === method.accountId);
    const connection = rows.connections.find(({ id }) => id === account?.connectionId);
    if (method.type !== 'mobile' || !hasDigits(method.masked)) return [];
    if (!account || !connection || !hasSmsSignIn(connection)) return [];
    if (rows.answers.some((answer) => declines(answer, method, bannerMode, now))) return [];
    const command = newestEnable(rows.outbox, method);
    const { canEnable } = smsSignInOption(method, connection);
    const isOfferable = canEnable && account.session === 'signed-in' && !isUnfinished(command, method);
    const phase = phaseOf(command, method, isOfferable, now);
    const { accountId, id: methodId, masked } = method;
    return phase ? [{ accountId, methodId, connection, lastDigits: masked.slice(-2), isOfferable, ...phase }] : [];
  });
}

/**
 * Selects the state that a page shows: of the number its banner already shows, else the only offer for the page's tenant.
 * If two numbers of one tenant could be offered, the owner of the page is unknown.
 */
export function bannerStateForPage(
  states: readonly BannerState[],
  page: { tenant?: string | undefined; about?: Subject | undefined },
): BannerState | undefined {
  const { tenant, about } = page;
  if (about) return states.find((state) => isAbout(state, about));
  const offers = states.filter(({ phase }) => phase === 'offer');
  const matching = tenant
    ? offers.filter(({ connection }) => [connection.id, connection.tenant].includes(tenant.toLowerCase()))
    : offers;
  return matching.length === 1 ? matching[0] : undefined;
}

/** Whether the content script has to be registered on account pages. */
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

/** An enabled number that still needs a sign-in with it: enabling it again would change nothing. */
function isUnfinished(enable: CommandRow | undefined, { smsSignIn }: CachedMethod): boolean {
  return smsSignIn === 'notConfigured' && enable?.state === 'done' && enable.smsSignIn === 'notConfigured';
}

/** An answer counts only for the number that it was given for. */
function declines(answer: Answer, method: CachedMethod, bannerMode: BannerMode, now: number): boolean {
  const isAboutMethod = answer.accountId === method.accountId && answer.methodId === method.id;
  const hasEnded = bannerMode === 'until-enabled' && !answer.never && (answer.snoozedUntil ?? 0) <= now;
  return isAboutMethod && answer.masked === method.masked && !hasEnded;
}

function phaseOf(
  enable: CommandRow | undefined,
  { smsSignIn }: CachedMethod,
  isOfferable: boolean,
  now: number,
): Phase | undefined {
  if (enable && !isOver(enable)) return { phase: enable.state === 'needs-step-up' ? 'sign-in' : 'working' };
  const age = now - (enable?.updatedAt ?? 0);
  if (enable?.state === 'failed' && !enable.dismissed && age < resultMs.failed && smsSignIn !== 'ready') {
    return { phase: 'failed', error: enable.error ?? { kind: 'unexpected-answer', at: enable.updatedAt } };
  }
  if (enable?.state === 'done' && age < resultMs.done) {
    if (smsSignIn === 'ready') return { phase: 'done' };
    if (smsSignIn === 'notConfigured') return { phase: 'unfinished' };
  }
  return isOfferable ? { phase: 'offer' } : undefined;
}
