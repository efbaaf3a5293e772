import { connect } from '../../scripts/journey/connect.ts';
import { smsSignInOff } from '../../scripts/journey/enable.ts';
import { connectAndSignIn, enterPassword, enterUserName, signIn } from '../../scripts/journey/sign-in.ts';
import { everythingStored } from '../../scripts/journey/stored.ts';
import { startingWith, text } from '../../scripts/journey/text.ts';
import { accessTokenEnded, refreshTokenEnded } from './ended-tokens.ts';
import { expect, test } from './scenario.ts';

const tile = { role: 'article', name: startingWith('phones.type.mobile') };

test('a closed sign-in window shows a neutral message with details to copy', async ({ driver, sandbox }) => {
  await (await connect(driver, sandbox)).close();
  await (await driver.openPopup()).click({ role: 'button', name: text('action.sign_in') });
  const window = await driver.signInWindow();
  await window.waitFor({ label: 'User name or phone number' });
  await window.close();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('error.sign_in_not_finished.title'));
  await popup.waitForText(text('error.sign_in_not_finished.help'));
  await popup.waitFor({ role: 'button', name: text('action.copy_details') });
  await popup.waitFor({ role: 'button', name: text('action.sign_in') });
});

test('a missing permission is named with the approval link, and Try again reads with a new token (S20)', async ({
  driver,
  sandbox,
}) => {
  const { mobileReady } = sandbox.employees;
  const refusal = sandbox.control.fault({ host: 'graph.microsoft.com', method: 'GET', answer: { status: 403 } });
  await (await connect(driver, sandbox)).close();
  const popup = await signIn(driver, mobileReady);
  await popup.waitForText(text('error.permission_missing.title'));
  await popup.waitFor({ role: 'button', name: text('consent.copy') });
  refusal.remove();
  await popup.click({ role: 'button', name: text('action.try_again') });
  await popup.waitFor(tile);
});

test('missing consent offers the approval link, and the sign-in works after an administrator has used it', async ({
  driver,
  sandbox,
}) => {
  const { mobileReady } = sandbox.employees;
  sandbox.control.setConsent('missing');
  await (await connect(driver, sandbox)).close();
  await (await driver.openPopup()).click({ role: 'button', name: text('action.sign_in') });
  const window = await driver.signInWindow();
  await enterUserName(window, mobileReady.userName);
  await enterPassword(window, mobileReady);
  await window.click({ role: 'button', name: 'Return to the application without granting consent' });
  await window.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('error.consent_required.title'));
  await popup.waitFor({ role: 'button', name: text('consent.copy') });
  await driver.closePopup();

  const options = await driver.openExtensionPage('options.html');
  const { domain, id, clientId } = sandbox.tenant;
  const link = `https://login.microsoftonline.com/${id}/adminconsent?client_id=${clientId}`;
  await options.waitForText(domain);
  const shown = /https:\/\/login\S+adminconsent\S+/.exec(await options.text())?.[0] ?? '';
  expect(shown).toContain(link);
  const approval = await driver.openPage(shown);
  await approval.click({ role: 'button', name: 'Accept' });
  await approval.waitForText('Consent given');
  await approval.close();
  await options.close();

  await (await driver.openPopup()).click({ role: 'button', name: text('action.sign_in') });
  const again = await driver.signInWindow();
  // The service has a session since the first try.
  await again.click({ role: 'button', name: `Continue as ${mobileReady.userName}` });
  await again.waitForClosed();
  await (await driver.reopenedPopup()).waitFor(tile);
});

test('@long a user who requests approval is told that IT has to approve, with the approval link (S9)', async ({
  driver,
  sandbox,
}) => {
  const { mobileReady } = sandbox.employees;
  sandbox.control.setConsent('missing');
  sandbox.control.allowConsentRequests(true);
  await (await connect(driver, sandbox)).close();
  await (await driver.openPopup()).click({ role: 'button', name: text('action.sign_in') });
  const window = await driver.signInWindow();
  await enterUserName(window, mobileReady.userName);
  await enterPassword(window, mobileReady);
  await window.fill({ label: 'Enter justification for requesting this app' }, 'To sign in with my number');
  await window.click({ role: 'button', name: 'Request approval' });
  await window.waitForText('Request sent');
  await window.click({ role: 'button', name: 'Back to the application' });
  await window.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('error.consent_required.title'));
  await popup.waitForText(text('error.consent_required.help'));
  await popup.waitFor({ role: 'button', name: text('consent.copy') });
  await popup.waitFor({ role: 'button', name: text('action.copy_details') });
});

test('a sign-in that the access policy refuses shows a neutral message in the popup', async ({ driver, sandbox }) => {
  const { mobileReady } = sandbox.employees;
  sandbox.control.blockByAccessPolicy(true);
  await (await connect(driver, sandbox)).close();
  await (await driver.openPopup()).click({ role: 'button', name: text('action.sign_in') });
  const window = await driver.signInWindow();
  await enterUserName(window, mobileReady.userName);
  await enterPassword(window, mobileReady);
  await window.waitForText('AADSTS53003');
  await window.close();
  await (await driver.reopenedPopup()).waitForText(text('error.sign_in_not_finished.title'));
});

test('@long a token that the access policy refuses is reported beside the last known state', async ({
  driver,
  sandbox,
}) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileReady);
  sandbox.control.blockByAccessPolicy(true);
  sandbox.control.fault(accessTokenEnded);
  await popup.click({ role: 'button', name: text('fresh.refresh') });
  await popup.waitForText(text('error.blocked_by_access_policy.title'));
  await popup.waitForText(text('fresh.stale'));
  await popup.waitFor(tile);
});

test('expired tokens are renewed without a window', async ({ driver, sandbox }) => {
  const { mobileNotEnabled } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, mobileNotEnabled);

  await test.step('by the refresh token', async () => {
    sandbox.control.setSmsSignInState(mobileNotEnabled, 'ready');
    const renewals = tokenRequests();
    sandbox.control.fault(accessTokenEnded);
    await popup.click({ role: 'button', name: text('fresh.refresh') });
    await popup.waitForText(text('sms.ready'));
    expect(tokenRequests()).toBe(renewals + 1);
  });

  await test.step('by the session at the service if the refresh token has expired too', async () => {
    sandbox.control.setSmsSignInState(mobileNotEnabled, 'notEnabled');
    sandbox.control.fault(accessTokenEnded);
    const refusal = sandbox.control.fault(refreshTokenEnded);
    await popup.click({ role: 'button', name: text('fresh.refresh') });
    await popup.waitForText(smsSignInOff);
    expect(refusal.hits).toBe(1);
  });

  await test.step('after a browser restart, which deletes all tokens', async () => {
    await driver.restart();
    sandbox.control.setSmsSignInState(mobileNotEnabled, 'ready');
    const again = await driver.openPopup();
    await again.waitFor(tile);
    await again.click({ role: 'button', name: text('fresh.refresh') });
    await again.waitForText(text('sms.ready'));
  });

  function tokenRequests(): number {
    return sandbox.requests.filter(({ path, method }) => method === 'POST' && path.endsWith('/token')).length;
  }
});

test('an ended session keeps the numbers and needs a click to sign in', async ({ driver, sandbox }) => {
  const { mobileNotEnabled } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  sandbox.control.revokeTokens(mobileNotEnabled, { refreshTokens: true });
  sandbox.control.setSmsSignInState(mobileNotEnabled, 'ready');
  await before.click({ role: 'button', name: text('fresh.refresh') });
  await before.waitForText(text('sign_in.again'));
  await before.waitForText(text('sign_in.again_help'));
  await before.waitFor(tile);
  await before.waitForText(smsSignInOff);
  await before.click({ role: 'button', name: text('action.sign_in') });
  const window = await driver.signInWindow();
  await enterPassword(window, mobileNotEnabled);
  await window.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('sms.ready'));
  await popup.waitForGone(text('sign_in.again'));
});

test('signing out of the extension deletes the account and keeps the session at the service', async ({
  driver,
  sandbox,
}) => {
  const { mobileReady } = sandbox.employees;
  await connectAndSignIn(driver, sandbox, mobileReady);
  await driver.closePopup();
  const options = await driver.openExtensionPage('options.html');
  await options.click({ role: 'button', name: text('options.sign_out_named', { user: mobileReady.userName }) });
  await options.waitForText(text('forget.body'));
  await options.click({ role: 'button', name: text('forget.confirm'), within: { role: 'dialog' } });
  await options.waitForText(text('options.accounts_none'));
  const kept = await options.evaluate(everythingStored);
  expect(kept).toContain(sandbox.tenant.clientId);
  for (const trace of [mobileReady.userName, mobileReady.name, mobileReady.oid, '•••• 104', 'refreshToken']) {
    expect(kept).not.toContain(trace);
  }
  await options.close();
  const popup = await driver.openPopup();
  await popup.waitForText(text('signed_out.title'));
  await popup.click({ role: 'button', name: text('action.sign_in') });
  await (await driver.signInWindow()).waitForText('Pick an account');
});

test('@long signing out everywhere ends the session at the service', async ({ driver, sandbox }) => {
  const { mobileReady } = sandbox.employees;
  await connectAndSignIn(driver, sandbox, mobileReady);
  await driver.closePopup();
  const options = await driver.openExtensionPage('options.html');
  await options.click({ role: 'button', name: text('options.sign_out_named', { user: mobileReady.userName }) });
  await options.click({ role: 'radio', name: startingWith('options.sign_out_everywhere') });
  await options.click({ role: 'button', name: text('forget.confirm'), within: { role: 'dialog' } });
  // The request names the account, so that the service does not ask which one.
  const page = await driver.waitForPage(/^https:\/\/login\.microsoftonline\.com\/.*logout/);
  await page.waitForText('You signed out');
  await page.close();
  await options.close();
  const popup = await driver.openPopup();
  await popup.click({ role: 'button', name: text('action.sign_in') });
  await (await driver.signInWindow()).waitFor({ label: 'User name or phone number' });
});

test.describe('a sign-in service that follows the standard where Entra does not', () => {
  test.use({ sandboxOptions: { entraLike: false } });
  test('@long signs in, syncs and enables', async ({ driver, sandbox }) => {
    const { mobileNotEnabled } = sandbox.employees;
    const popup = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
    sandbox.control.fault(accessTokenEnded);
    sandbox.control.fault(refreshTokenEnded);
    sandbox.control.setSmsSignInState(mobileNotEnabled, 'ready');
    await popup.click({ role: 'button', name: text('fresh.refresh') });
    await popup.waitForText(text('sms.ready'));
  });
});
