import { enable, enableRequest, enableRequests } from '../../scripts/journey/enable.ts';
import { codeField, next, phoneChoice, textMeACode, verified } from '../../scripts/journey/registration.ts';
import { codeByText, signIn } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { text } from '../../scripts/journey/text.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { test as managed, type PolicyAsWritten } from './managed-scenario.ts';
import { expect } from './scenario.ts';

const test = managed.extend({
  policy: async ({ sandbox: { tenant, gatewayOrigin } }, use) => {
    const policy: PolicyAsWritten = {
      tenantId: tenant.id,
      clientId: tenant.clientId,
      gatewayUrl: gatewayOrigin,
      gatewayScope: tenant.gateway.scope,
      organizationName: 'Contoso',
      supportText: 'Ask the service desk on floor 3.',
    };
    await use(policy);
  },
});
test.use({ furtherHosts: [gatewayHost] });

test('case 59: paused while a code is awaited, resumed, and taken away', async ({
  driver,
  sandbox,
  policy,
  setPolicy,
}) => {
  const { noPhoneYet } = sandbox.employees;
  let popup = await signIn(driver, noPhoneYet);
  await popup.click({ role: 'button', name: specification.addMethod });
  await popup.click(phoneChoice);
  await textMeACode(popup, noPhoneYet.mobile);
  await popup.waitFor(codeField);
  const code = await codeByText(sandbox, noPhoneYet.mobile);

  /** Chromium applies a change while the popup is open, Firefox when it starts. */
  const change = async (changed: PolicyAsWritten | undefined) => {
    await setPolicy(changed);
    if (driver.name === 'chromium') return;
    await driver.closePopup();
    await driver.restart();
    popup = await driver.openPopup();
  };

  await change({ ...policy, paused: true });
  await popup.waitForText(text('inert.paused_by', { organization: 'Contoso' }));
  await popup.waitForText('Ask the service desk on floor 3.');
  const asked = sandbox.requests.length;
  await popup.waitForText(text('inert.paused_help'));
  expect(sandbox.requests.slice(asked)).toEqual([]);

  await change(policy);
  await popup.waitFor(codeField);
  await next(popup, code);
  await popup.waitForText(verified);
  expect(sandbox.handsets.texts(noPhoneYet.mobile)).toHaveLength(1);

  await change(undefined);
  await popup.waitForText(text('farewell.title'));
  await driver.closePopup();
  const options = await driver.openExtensionPage('options.html');
  await options.waitForText(text('policy.none'));
});

test('@long case 84: a pause ends a request of Enable that is under way, whose effect shows after the pause', async ({
  driver,
  sandbox,
  policy,
  setPolicy,
}) => {
  test.skip(driver.name === 'firefox', 'Firefox reads its policy only when it starts.');
  const popup = await signIn(driver, sandbox.employees.mobileNotEnabled);
  await popup.waitForText(text('fresh.now'));
  const held = sandbox.control.hold({ ...enableRequest, when: 'after' });
  await enable(popup);
  await held.arrived;
  await setPolicy({ ...policy, paused: true });
  await held.dropWhenAbandoned();
  await popup.waitForText(text('inert.paused_by', { organization: 'Contoso' }));
  await setPolicy(policy);
  await popup.waitForText(text('enable.done', { number: '+44 •••• 102' }));
  expect(enableRequests(sandbox)).toHaveLength(1);
});
