// Tokens that are replaced without asking anybody.
import { connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { startingWith, text } from '../../scripts/journey/text.ts';
import { accessTokenEnded, refreshTokenEnded } from './ended-tokens.ts';
import { expect, test } from './scenario.ts';

const tile = { role: 'article', name: startingWith('phones.type.mobile') };

for (const [means, refusals] of [
  ['the refresh token', []],
  ['the session at the service', [refreshTokenEnded]],
] as const) {
  test(`a revoked access token is replaced by ${means} without asking anybody (S3)`, async ({ driver, sandbox }) => {
    const { mobileNotEnabled } = sandbox.employees;
    const popup = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
    for (const refusal of refusals) sandbox.control.fault(refusal);
    sandbox.control.revokeTokens(mobileNotEnabled);
    sandbox.control.setSmsSignInState(mobileNotEnabled, 'ready');
    await popup.click({ role: 'button', name: text('fresh.refresh') });
    await popup.waitForText(text('sms.ready'));
    expect(await popup.text()).not.toContain(text('sign_in.again'));
  });
}

/** What the browser does when `prompt=none` is answered with pages that continue by script (S13). */
const scriptPages = [
  { pages: 'a page that continues by script', count: 1, milliseconds: 400 },
  { pages: 'two pages that continue by script', count: 2, milliseconds: 400 },
  { pages: 'a page that never continues', count: 1, milliseconds: 'never' },
] as const;

for (const { pages, count, milliseconds } of scriptPages) {
  test(`a silent sign-in is answered with ${pages} (S13)`, async ({ driver, sandbox }, { project }) => {
    const { mobileNotEnabled } = sandbox.employees;
    const popup = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
    sandbox.control.answerSilentlyByScript({ count, milliseconds });
    sandbox.control.fault(accessTokenEnded);
    sandbox.control.fault(refreshTokenEnded);
    sandbox.control.setSmsSignInState(mobileNotEnabled, 'ready');
    await popup.click({ role: 'button', name: text('fresh.refresh') });
    // Firefox cannot wait for scripts.
    if (project.name === 'chromium' && milliseconds !== 'never') {
      await popup.waitForText(text('sms.ready'));
      expect(await popup.text()).not.toContain(text('sign_in.again'));
      return;
    }
    await popup.waitForText(text('sign_in.again'));
    await popup.waitFor(tile);
  });
}
