// Every error with which Entra refuses a sign-in, in every place where it occurs: what the service worker stores.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ErrorKind } from '../../../lib/shared/model/errors.ts';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import {
  placesOf,
  type SignInFailureName,
  type SignInPlace,
  signInFailures,
} from '../../../services/sandbox/login/sign-in-failures.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Installation } from './installation.ts';

const kinds: Record<SignInFailureName, ErrorKind> = {
  ...ofKind('blocked-by-access-policy', [
    ...(['device-not-compliant', 'device-not-joined', 'app-not-approved', 'blocked-by-policy'] as const),
    ...(['blocked-with-claims', 'registration-too-risky', 'device-not-managed', 'app-without-requirement'] as const),
    ...(['blocked-by-tenant-policy', 'blocked-flow', 'not-assigned', 'not-assigned-to-resource'] as const),
    ...(['tenant-restricted', 'message-only', 'app-protection-required'] as const),
  ]),
  ...ofKind('consent-required', ['consent-missing', 'admin-consent-required', 'approval-required']),
  ...ofKind('not-configured', [
    ...(['resource-unknown', 'resource-disabled', 'resource-invalid', 'service-not-subscribed'] as const),
    ...(['app-misconfigured', 'resource-not-listed', 'scope-invalid', 'app-unknown', 'secret-missing'] as const),
    ...(['redeemed-by-page', 'redeemed-by-no-page', 'several-resources', 'tenant-in-other-cloud'] as const),
  ]),
  ...ofKind('account-not-allowed', [
    ...(['account-of-other-directory', 'external-account', 'account-not-in-directory'] as const),
    ...(['account-not-found', 'account-selection', 'session-not-found'] as const),
  ]),
  ...ofKind('sign-in-not-finished', ['cancelled', 'consent-declined', 'second-factor-failed']),
  ...ofKind('service-unavailable', [
    ...(['directory-unavailable', 'temporarily-unavailable', 'server-error', 'transient-error'] as const),
    ...(['throttled', 'unavailable'] as const),
  ]),
  ...ofKind('signed-out', [
    ...(['claims-demanded', 'no-session', 'grant-revoked', 'refresh-token-expired', 'sign-in-too-old'] as const),
    ...(['second-factor-required', 'second-factor-not-registered', 'password-expired', 'other-client'] as const),
    ...(['device-not-authenticated', 'loop-detected'] as const),
  ]),
};

function ofKind<Name extends SignInFailureName>(kind: ErrorKind, names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, kind])) as Record<Name, ErrorKind>;
}

const failuresAt = (place: SignInPlace) =>
  (Object.entries(kinds) as [SignInFailureName, ErrorKind][]).filter(([name]) => placesOf(name).includes(place));

/** Kinds after which a session at the service may help. */
const endsSession = (kind: ErrorKind) =>
  kind === 'signed-out' || kind === 'sign-in-not-finished' || kind === 'account-not-allowed';
const goesOn = (place: SignInPlace) => failuresAt(place).filter(([, kind]) => !endsSession(kind));
const needsUser = (place: SignInPlace) => failuresAt(place).filter(([, kind]) => endsSession(kind));

/** The number in the details, or the error without a number. */
const codeOf = (name: SignInFailureName) => {
  const { aadsts, error } = signInFailures[name];
  return aadsts ? `AADSTS${aadsts}` : error;
};
const minute = 60_000;
const hour = 60 * minute;
const phoneMethods = { host: 'graph.microsoft.com', method: 'GET', path: /\/phoneMethods$/ };

let sandbox: Organization;
let installation: Installation;

beforeAll(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
});
beforeEach(() => {
  installation = new Installation(sandbox, sandbox.employees.mobileNotEnabled, { isMoved: true });
});
afterEach(() => {
  installation.stop();
  sandbox.control.reset();
});
afterAll(() => sandbox.close());

const now = () => sandbox.control.clock.now();
const account = async () => (await installation.database.accounts.toArray())[0];
const authorizations = () => sandbox.requests.filter(({ path }) => path.endsWith('/authorize')).length;
const commands = async (kind: string) =>
  (await installation.database.outbox.toArray()).filter(({ command }) => command.kind === kind);

async function connect(): Promise<void> {
  const { domain, clientId } = sandbox.tenant;
  await installation.carryOut({ kind: 'connect', connection: { cloud: 'global', tenant: domain, clientId } });
}

/** Signs in and syncs, and then lets Graph reject the access token once. */
async function renewTokens(where: SignInPlace, family: SignInFailureName, before?: () => void): Promise<void> {
  const accountId = await installation.signedIn();
  await installation.carryOut({ kind: 'sync', accountId });
  before?.();
  sandbox.control.fault({ ...phoneMethods, answer: { status: 401 }, times: 1 });
  sandbox.control.failSignIns({ where, family });
  await installation.carryOut({ kind: 'sync', accountId });
}

/** Checks that the service may be asked again after a backoff: without a permission, the time it named is not readable. */
function expectRetry(retryAt: number | undefined): void {
  const wait = (retryAt ?? 0) - now();
  expect(wait).toBeLessThanOrEqual(1.2 * minute);
  expect(wait).toBeGreaterThan(0.9 * minute);
}

describe.each(['authorize', 'code'] as const)('at %s', (where) => {
  /** In a window, a user without a second factor can go no further. */
  const inWindow = failuresAt(where).map(([family, kind]): [SignInFailureName, ErrorKind] =>
    family === 'second-factor-not-registered' ? [family, 'second-method-required'] : [family, kind],
  );
  test.each(inWindow)('%s ends a sign-in as %s, with its number', async (family, kind) => {
    await connect();
    sandbox.control.failSignIns({ where, family });
    await installation.carryOut({ kind: 'sign-in', connectionId: sandbox.tenant.id, from: 'popup' });
    const [command] = await commands('sign-in');
    expect(command).toMatchObject({
      state: kind === 'sign-in-not-finished' ? 'cancelled' : 'failed',
      error: { kind, code: codeOf(family) },
    });
    if (kind === 'service-unavailable') expectRetry(command?.error?.retryAt);
    else expect(command?.error).not.toHaveProperty('retryAt');
    expect(await account()).toBeUndefined();
    // A claims challenge is met by another sign-in, once.
    expect(authorizations()).toBe(family === 'claims-demanded' ? 2 : 1);
  });
});

describe('at refresh', () => {
  test.each(goesOn('refresh'))('%s ends a sync as %s, with its number and the next attempt', async (family, kind) => {
    await renewTokens('refresh', family);
    const { session, syncError, nextSyncAt = 0 } = (await account()) ?? {};
    expect({ session, syncError }).toMatchObject({ session: 'signed-in', syncError: { kind, code: codeOf(family) } });
    if (kind === 'service-unavailable') expectRetry(syncError?.retryAt);
    expect(nextSyncAt).toBeGreaterThan(Math.max(now() + 29 * minute, syncError?.retryAt ?? 0));
    expect(await installation.database.methods.count()).toBe(1);
    expect(authorizations()).toBe(1);
  });

  test.each(needsUser('refresh'))('%s (%s) is recovered by the session at the service', async (family) => {
    // The session has to give tokens that are of use without a further refresh, and to meet the demanded claims.
    await renewTokens('refresh', family, () => sandbox.control.setContextPolicy('none'));
    expect(await account()).toMatchObject({ session: 'signed-in' });
    expect(await account()).not.toHaveProperty('syncError');
    expect(authorizations()).toBe(2);
  });

  test.each(needsUser('refresh'))('%s (%s) without that session asks for a sign-in', async (family) => {
    await renewTokens('refresh', family, () => sandbox.control.endSessions(sandbox.employees.mobileNotEnabled));
    const { session, syncError, nextSyncAt = 0 } = (await account()) ?? {};
    expect({ session, syncError }).toMatchObject({
      session: 'signed-out',
      syncError: { kind: family === 'claims-demanded' ? 'needs-step-up' : 'signed-out', code: 'AADSTS50058' },
    });
    expect(nextSyncAt).toBeGreaterThan(now() + 10 * minute);
    expect(authorizations()).toBe(2);
  });

  test.each(goesOn('refresh'))('%s ends a request for a code as %s, with its number', async (family, kind) => {
    const accountId = await installation.signedIn();
    sandbox.control.failSignIns({ where: 'refresh', family });
    const verificationId = crypto.randomUUID();
    await installation.carryOut(
      { kind: 'text-code', accountId, verificationId, type: 'alternateMobile', purpose: 'add' },
      { phoneNumber: '+447700900101' },
    );
    const { state, error } = (await installation.database.verifications.get(verificationId)) ?? {};
    expect({ state, error }).toMatchObject({ state: 'failed', error: { kind, code: codeOf(family) } });
    if (kind === 'service-unavailable') expectRetry(error?.retryAt);
    expect(error).toMatchObject({ scope: sandbox.tenant.gateway.scope });
  });
});

describe('at silent', () => {
  const expire = () => sandbox.control.failSignIns({ where: 'refresh', family: 'refresh-token-expired' });

  test.each(goesOn('silent'))('%s ends a sync as %s, with its number and the next attempt', async (family, kind) => {
    await renewTokens('silent', family, expire);
    const { session, syncError, nextSyncAt = 0 } = (await account()) ?? {};
    expect({ session, syncError }).toMatchObject({ session: 'signed-in', syncError: { kind, code: codeOf(family) } });
    if (kind === 'service-unavailable') expectRetry(syncError?.retryAt);
    expect(nextSyncAt).toBeGreaterThan(Math.max(now() + 10 * minute, syncError?.retryAt ?? 0));
    expect(authorizations()).toBe(2);
  });

  test.each(needsUser('silent'))('%s (%s) asks a known user for a sign-in, with its number', async (family) => {
    await renewTokens('silent', family, expire);
    const { session, syncError, nextSyncAt = 0 } = (await account()) ?? {};
    expect({ session, syncError }).toMatchObject({
      session: 'signed-out',
      syncError: { kind: family === 'claims-demanded' ? 'needs-step-up' : 'signed-out', code: codeOf(family) },
    });
    expect(nextSyncAt).toBeGreaterThan(now() + 10 * minute);
    expect(authorizations()).toBe(2);
  });

  test.each(failuresAt('silent'))('%s (%s) leaves no trace of a user who never signed in', async (family, kind) => {
    await connect();
    sandbox.control.failSignIns({ where: 'silent', family });
    const scheduled = async () => (await installation.database.silentSignIns.toArray())[0];
    await installation.pass(10 * minute);
    for (let row = await scheduled(); authorizations() === 0; row = await scheduled()) {
      await installation.pass((row?.nextAt ?? 0) - now());
    }
    expect(authorizations()).toBe(1);
    expect(await account()).toBeUndefined();
    expect(await commands('sign-in')).toEqual([]);
    // The next attempt: tomorrow, or soon if the service was not available.
    const { at = 0, nextAt = at + 24 * hour } = (await scheduled()) ?? {};
    expect(nextAt - now() < 3 * hour).toBe(kind === 'service-unavailable');
    await installation.pass(nextAt - now() - minute);
    expect(authorizations()).toBe(1);
    await installation.pass(minute);
    expect(authorizations()).toBe(2);
  });
});
