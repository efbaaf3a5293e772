import { connectWithGateway } from '../../scripts/journey/connect.ts';
import { enable, enableButton, enableRequests } from '../../scripts/journey/enable.ts';
import { codeField, next, phoneChoice, textMeACode, verified } from '../../scripts/journey/registration.ts';
import { codeByText, connectAndSignIn, signIn, signInWithAnother } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { everythingStored } from '../../scripts/journey/stored.ts';
import { counted, inOrder, pattern, startingWith, text } from '../../scripts/journey/text.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { expect, test } from './scenario.ts';

test.use({ furtherHosts: [gatewayHost] });

const phones = { role: 'region', name: text('phones.title') };
const activity = { role: 'region', name: text('activity.title') };

test('the options page registers and enables numbers, and exports the activity without numbers or tokens', async ({
  driver,
  sandbox,
}) => {
  const { mobileNotEnabled, noPhoneYet } = sandbox.employees;
  await (await connectWithGateway(driver, sandbox)).close();
  await (await signIn(driver, mobileNotEnabled)).waitFor(enableButton);
  await driver.closePopup();
  const options = await driver.openExtensionPage('options.html#activity');

  await test.step('Enable', async () => {
    await enable(options);
    await options.waitForText(text('enable.done', { number: '+44 •••• 102' }));
  });

  await test.step('a verification started on the options page is shown in the popup', async () => {
    await options.click({ role: 'button', name: specification.addMethod });
    await options.click({ ...phoneChoice, within: phones });
    await textMeACode(options, noPhoneYet.mobile);
    await options.waitFor(codeField);
    const popup = await driver.openPopup();
    await popup.waitForText(pattern('code.sent_to', { number: '+44 •••• 101' }));
    await driver.closePopup();
    await next(options, await codeByText(sandbox, noPhoneYet.mobile));
    await options.waitForText(verified);
    await options.click({ role: 'button', name: text('add.finish'), within: phones });
    await options.waitFor({ role: 'article', name: startingWith('phones.type.alternate_mobile') });
  });

  await test.step('the activity shows request ids', async () => {
    const what = `${text('activity.what.enable')} +44 •••• 102`;
    await options.click({ role: 'button', name: startingWith('activity.more_named', { what }), within: activity });
    await options.waitForText(new RegExp(`${text('activity.request_ids')}\\s+[0-9a-f]{8}-`));
    await options.click({ role: 'button', name: startingWith('activity.not_me_named', { what }) });
    await options.waitForText(pattern('not_me.turn_off'));
    await options.press('Escape');
  });

  await test.step('the export', async () => {
    await options.evaluate(catchDownloads);
    await options.click({ role: 'button', name: text('activity.export') });
    const exported = await options.evaluate(caughtDownload);
    const { activity } = JSON.parse(exported) as { activity: { what: string; state: string; requestIds: string[] }[] };
    expect(activity.map(({ what, state }) => `${what} ${state}`)).toEqual(['add done', 'enable done', 'sign-in done']);
    expect(activity[1]?.requestIds).toHaveLength(1);
    expect(exported).toContain('+44 •••• 102');
    for (const canary of ['7700900102', '7700900101', '900102', 'eyJ', 'oken']) expect(exported).not.toContain(canary);
  });
});

test('two accounts have their own numbers and commands, and deleting one keeps the other', async ({
  driver,
  sandbox,
}) => {
  const { mobileNotEnabled, mobileReady } = sandbox.employees;
  await connectAndSignIn(driver, sandbox, mobileReady);
  await driver.closePopup();
  const options = await driver.openExtensionPage('options.html');

  await test.step('a second account signs in on the options page', async () => {
    await signInWithAnother(driver, options, mobileNotEnabled);
    const switchTo = { role: 'button', name: inOrder(mobileNotEnabled.name, counted('account.waiting', 1)) };
    await options.waitFor(switchTo);
    expect(await options.text(), 'who was shown still is').toContain(text('sms.ready'));
    await options.click(switchTo);
    await options.waitFor(enableButton);
    expect(await options.has({ role: 'button', name: text('remove.action_for', { number: '+44 •••• 104' }) })).toBe(
      false,
    );
  });

  await test.step('a command of the second account runs while the popup shows the first', async () => {
    const popup = await driver.openPopup();
    await popup.choose({ label: text('account.label') }, mobileReady.userName);
    await popup.waitForText(text('sms.ready'));
    await driver.closePopup();
    await enable(options);
    await options.waitForText(text('enable.done', { number: '+44 •••• 102' }));
    expect(enableRequests(sandbox)).toHaveLength(1);
  });

  await test.step('nothing of a deleted account is stored, not even the drafts of an open page', async () => {
    await options.click({ role: 'button', name: text('stored.forget') });
    await options.click({ role: 'button', name: text('forget.confirm'), within: { role: 'dialog' } });
    await options.waitForGone({ role: 'article', name: mobileNotEnabled.userName });
    await options.waitForText('+44 •••• 104');
    const kept = await options.evaluate(everythingStored);
    expect(kept).toContain(mobileReady.userName);
    for (const trace of [mobileNotEnabled.userName, mobileNotEnabled.name, mobileNotEnabled.oid, '•••• 102']) {
      expect(kept).not.toContain(trace);
    }
  });
});

/** Runs in the page: keeps the exported blob instead of a file. */
function catchDownloads(): void {
  const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    Object.assign(globalThis, { caught: blob });
    return create.call(URL, blob);
  };
}

function caughtDownload(): Promise<string> {
  return (globalThis as unknown as { caught: Blob }).caught.text();
}
