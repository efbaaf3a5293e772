// The banner after Enable, whatever becomes of it: it follows, says how it ended, and leads to what can be done.

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

test('a fresh sign-in is asked for, then it is under way, then done', async ({ driver, sandbox }) => {
  const { mobileNotEnabled } = sandbox.employees;
  await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  await driver.closePopup();
  sandbox.control.ageSignIns(mobileNotEnabled, 11 * 60_000);
  const page = await accountPageOf(driver);
  const banner = bannerOn(page);
  await (await led(driver, banner, enableOnBanner)).click(enable);
  await banner.waitForText(text('step_up.title'));
  await driver.closePopup();

  sandbox.control.setPropagation(4_000);
  const popup = await led(driver, banner, { role: 'button', name: text('banner.go_on') });
  await popup.click({ role: 'button', name: text('action.sign_in_again') });
  const window = await driver.signInWindow();
  await enterPassword(window, mobileNotEnabled);
  await window.waitForClosed();
  await banner.waitForText(text('banner.working', { digits: '02' }));
  await banner.waitForText(text('banner.done', { digits: '02' }));
  expect(enableRequests(sandbox)).toHaveLength(2);
});

test('a refusal is told, and leads to its way out; what owes a sign-in is told as well', async ({
  driver,
  sandbox,
}) => {
  const { mobileNotConfigured } = sandbox.employees;
  await connectAndSignIn(driver, sandbox, mobileNotConfigured);
  await driver.closePopup();
  sandbox.control.fault({ ...enableRequest, times: 1, answer: { status: 400 } });
  const page = await accountPageOf(driver);
  const banner = bannerOn(page);
  await (await led(driver, banner, enableOnBanner)).click(enable);
  await banner.waitForText(unknownAnswer);
  await driver.closePopup();

  const popup = await led(driver, banner, { role: 'button', name: text('banner.what_to_do') });
  await popup.waitForText(unknownAnswer);
  await popup.click({ role: 'button', name: text('action.try_again') });
  await banner.waitForText(text('banner.unfinished', { digits: '03' }));
  await banner.click({ role: 'button', name: text('action.close') });
  await waitForNoBanner(page);
  expect(enableRequests(sandbox)).toHaveLength(2);
});

test('Enable waits until the question can have been read, and for the focus', async ({ driver, sandbox }) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await driver.closePopup();
  const page = await accountPageOf(driver);
  await bannerOn(page).waitForText(offerOf('02'));
  await bannerOn(page).click(enableOnBanner);
  const popup = await driver.reopenedPopup();
  await popup.waitFor({ role: 'heading', name: text('enable.title') });
  await popup.waitFor(enable);
  // What the browser says when the window is left and entered again; whoever opened it has no part in it.
  const waited = await popup.evaluate(async () => {
    const button = document.querySelector('button.primary') as HTMLButtonElement;
    const turns = (isDisabled: boolean) =>
      new Promise<number>((done) => {
        const look = () => (button.disabled === isDisabled ? done(performance.now()) : setTimeout(look, 5));
        look();
      });
    await turns(false);
    dispatchEvent(new Event('blur'));
    dispatchEvent(new Event('focus'));
    const left = await turns(true);
    button.click();
    return (await turns(false)) - left;
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

/** A click on the banner, and the popup that it opens. */
async function led(driver: BrowserDriver, banner: Surface, button: { role: string; name: string }): Promise<Surface> {
  await banner.waitFor(button);
  await banner.click(button);
  return driver.reopenedPopup();
}
