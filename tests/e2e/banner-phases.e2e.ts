// The banner after a click on Enable.
import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { until } from '../../scripts/driver/until.ts';
import { accountPageOf, bannerOn, enableOnBanner, offerOf, waitForNoBanner } from '../../scripts/journey/banner.ts';
import { enableRequest, enableRequests } from '../../scripts/journey/enable.ts';
import { connectAndSignIn, enterPassword } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

const enable = { role: 'button', name: specification.enable };
const unknownAnswer = text('error.unexpected_answer.title');

test('the banner asks for a fresh sign-in, then shows the progress and the result', async ({ driver, sandbox }) => {
  const { mobileNotEnabled } = sandbox.employees;
  await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  await driver.closePopup();
  sandbox.control.ageSignIns(mobileNotEnabled, 11 * 60_000);
  const page = await accountPageOf(driver);
  const banner = bannerOn(page);
  await (await openPopup(driver, banner, enableOnBanner)).click(enable);
  await banner.waitForText(text('step_up.title'));
  await driver.closePopup();

  sandbox.control.setPropagation(4_000);
  const popup = await openPopup(driver, banner, { role: 'button', name: text('banner.go_on') });
  await popup.click({ role: 'button', name: text('action.sign_in_again') });
  const window = await driver.signInWindow();
  await enterPassword(window, mobileNotEnabled);
  await window.waitForClosed();
  await banner.waitForText(text('banner.working', { digits: '02' }));
  await banner.waitForText(text('banner.done', { digits: '02' }));
  expect(enableRequests(sandbox)).toHaveLength(2);
});

test('the banner shows a failure with its solution, and that a number still needs a sign-in', async ({
  driver,
  sandbox,
}) => {
  const { mobileNotConfigured } = sandbox.employees;
  await connectAndSignIn(driver, sandbox, mobileNotConfigured);
  await driver.closePopup();
  sandbox.control.fault({ ...enableRequest, times: 1, answer: { status: 400 } });
  const page = await accountPageOf(driver);
  const banner = bannerOn(page);
  await (await openPopup(driver, banner, enableOnBanner)).click(enable);
  await banner.waitForText(unknownAnswer);
  await driver.closePopup();

  const popup = await openPopup(driver, banner, { role: 'button', name: text('banner.what_to_do') });
  await popup.waitForText(unknownAnswer);
  await popup.click({ role: 'button', name: text('action.try_again') });
  await banner.waitForText(text('banner.unfinished', { digits: '03' }));
  await banner.click({ role: 'button', name: text('action.close') });
  await waitForNoBanner(page);
  expect(enableRequests(sandbox)).toHaveLength(2);
});

test('Enable is disabled until the confirmation was visible for some time and has the focus', async ({
  driver,
  sandbox,
}) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await driver.closePopup();
  const page = await accountPageOf(driver);
  await bannerOn(page).waitForText(offerOf('02'));
  await bannerOn(page).click(enableOnBanner);
  const popup = await driver.reopenedPopup();
  await popup.waitFor({ role: 'heading', name: text('enable.title') });
  await popup.waitFor(enable);
  // The events of leaving and entering the window.
  const waited = await popup.evaluate(async () => {
    const button = document.querySelector('button.primary') as HTMLButtonElement;
    const changesTo = (isDisabled: boolean) =>
      new Promise<number>((done) => {
        const check = () => (button.disabled === isDisabled ? done(performance.now()) : setTimeout(check, 5));
        check();
      });
    await changesTo(false);
    dispatchEvent(new Event('blur'));
    dispatchEvent(new Event('focus'));
    const left = await changesTo(true);
    button.click();
    return (await changesTo(false)) - left;
  });
  expect(waited).toBeGreaterThan(600);
  await popup.waitFor({ role: 'heading', name: text('enable.title') });

  await popup.evaluate(() => {
    document.hasFocus = () => false;
    dispatchEvent(new Event('blur'));
  });
  await until('Enable to wait for the focus', () =>
    popup.evaluate(() => (document.querySelector('button.primary') as HTMLButtonElement).disabled),
  );
  expect(enableRequests(sandbox)).toEqual([]);
});

/** @returns the popup that the click opens */
async function openPopup(
  driver: BrowserDriver,
  banner: Surface,
  button: { role: string; name: string },
): Promise<Surface> {
  await banner.waitFor(button);
  await banner.click(button);
  return driver.reopenedPopup();
}
