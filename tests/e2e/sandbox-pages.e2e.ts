import { sandboxText } from '../../scripts/journey/sandbox-text.ts';
import { codeByText, enterCode, enterPassword, enterUserName } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { expect, test } from './scenario.ts';

const accountPage = 'https://mysignins.microsoft.com/security-info';

test('a number that is not configured signs in at the account page and gets registered', async ({
  sandbox,
  driver,
}) => {
  const { mobileNotConfigured } = sandbox.employees;
  const page = await driver.openPage(accountPage);
  await enterUserName(page, '07700 900103');
  await page.waitForText('We texted a code');
  await enterCode(page, await codeByText(sandbox, mobileNotConfigured.mobile));
  await page.click({ role: 'button', name: 'Register this number' });
  await page.waitForText(mobileNotConfigured.userName);
  await page.waitForText(mobileNotConfigured.mobile);
});

test('a wrong password on the sign-in page shows an error, and the right one signs in', async ({ sandbox, driver }) => {
  const page = await driver.openPage(accountPage);
  await enterUserName(page, sandbox.employees.mobileReady.userName);
  await page.fill({ label: 'Password' }, 'wrong');
  await page.click({ role: 'button', name: sandboxText.signIn });
  await page.waitForText('password is incorrect');
  await enterPassword(page, sandbox.employees.mobileReady);
  await page.waitForText('Default sign-in method');
});

test('a phone is added and deleted on the account page, and its handset shows the code as it arrives', async ({
  sandbox,
  driver,
}) => {
  const { noPhoneYet } = sandbox.employees;
  const handset = await driver.openPage('https://handsets.contoso.example/+447700900101');
  await handset.waitForText('New texts appear here');
  const page = await driver.openPage(accountPage);
  await enterUserName(page, noPhoneYet.userName);
  await enterPassword(page, noPhoneYet);
  await page.click({ role: 'button', name: specification.addMethod });
  await page.click({ role: 'button', name: specification.phone });
  await page.fill({ label: sandboxText.phoneNumber }, '07700 900101');
  await page.click({ role: 'button', name: specification.textMeACode });
  await page.waitForText('We texted a code');
  await handset.waitForText(/Use code \d{6}/);
  await page.fill({ label: sandboxText.code }, await codeByText(sandbox, noPhoneYet.mobile));
  await page.click({ role: 'button', name: sandboxText.next });
  await page.waitForText(specification.verified);
  await page.click({ role: 'button', name: sandboxText.done });
  await page.click({ role: 'button', name: 'Delete Phone +44 7700900101' });
  await page.waitForText('Delete Phone?');
  await page.click({ role: 'button', name: 'OK' });
  await page.waitForText('Default sign-in method');
  expect(await page.text()).not.toContain('+44 7700900101');
});

test('an open handset page shows two texts as they arrive, the newest first', async ({ sandbox, driver }) => {
  const number = '+447700900101';
  sandbox.handsets.deliver({ to: number, body: 'Text before the page' });
  const handset = await driver.openPage(`https://handsets.contoso.example/${number}`);
  await handset.waitForText('Text before the page');
  sandbox.handsets.deliver({ to: number, body: 'First live text' });
  await handset.waitForText('First live text');
  sandbox.handsets.deliver({ to: number, body: '<b>Second</b> live text' });
  await handset.waitForText('<b>Second</b> live text');
  const bodies = (await handset.text()).match(/Text before the page|First live text|<b>Second<\/b> live text/g);
  expect(bodies).toEqual(['<b>Second</b> live text', 'First live text', 'Text before the page']);
});
