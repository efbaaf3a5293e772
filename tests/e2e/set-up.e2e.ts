// Set-up without policy: connecting to an organization on the options page, and what is said when that does not work.
import type { Surface } from '../../scripts/driver/surface.ts';
import { connectAs } from '../../scripts/journey/connect.ts';
import { expect, test } from './scenario.ts';

const tenantField = { label: 'Domain or directory (tenant) ID' };
const clientIdField = { label: 'Application (client) ID' };
const unknownOrganization = '00000000-0000-4000-8000-000000000000';

test('what is wrong with it is said, and what was typed stays', async ({ driver, sandbox }) => {
  const { domain, clientId } = sandbox.tenant;
  const options = await driver.openExtensionPage('options.html');
  const refused = async (tenant: string, typedClientId: string, words: string) => {
    await connectAs(options, tenant, typedClientId);
    await options.waitForText(words);
    expect(await options.value(tenantField)).toBe(tenant);
    expect(await options.value(clientIdField)).toBe(typedClientId);
  };
  await refused('nowhere.example', clientId, 'There is no organization “nowhere.example” in this cloud.');
  await refused(unknownOrganization, clientId, `There is no organization “${unknownOrganization}” in this cloud.`);
  await refused('not a tenant', clientId, 'This is neither a domain nor a directory ID.');
  await refused(
    domain,
    '12345',
    'An application ID has 32 digits and letters in five groups, such as 00000000-0000-0000-0000-000000000000.',
  );

  const fault = sandbox.control.fault({ host: 'login.microsoftonline.com', drop: true });
  await refused(domain, clientId, 'There is no connection.');
  fault.remove();
  sandbox.control.fault({ host: 'login.microsoftonline.com', answer: { status: 503 } });
  await refused(domain, clientId, "Your organization's service does not answer at the moment.");

  expect(await options.text()).not.toContain('Connected to');
  const popup = await driver.openPopup();
  await popup.waitFor({ role: 'button', name: 'Set up' });
});

test('by the directory ID, in any case and with spaces around it', async ({ driver, sandbox }) => {
  const { id, clientId } = sandbox.tenant;
  const options = await driver.openExtensionPage('options.html');
  await connectAs(options, `  ${id.toUpperCase()} `, ` ${clientId} `);
  await options.waitForText(`Connected to ${id.toUpperCase()}.`);
  await options.waitForText('You can sign in now.');
  await offersSignIn(await driver.openPopup());
});

test('by the domain; what IT registers and approves stands there; and disconnected again', async ({
  driver,
  sandbox,
}) => {
  const { id, domain, clientId } = sandbox.tenant;
  const options = await driver.openExtensionPage('options.html');
  await options.waitForText('It appears here once you are connected.');
  await options.waitForText(/https:\/\/[0-9a-z]+\.(chromiumapp\.org|extensions\.allizom\.org)\//);
  await connectAs(options, domain, clientId);
  await options.waitForText(`Connected to ${domain}.`);
  // The domain is resolved to the directory's ID, which is what stays.
  await options.waitForText(id);
  await options.waitForText(`https://login.microsoftonline.com/${id}/adminconsent?client_id=${clientId}`);
  const popup = await driver.openPopup();
  await offersSignIn(popup);
  await driver.closePopup();

  await options.click({ role: 'button', name: `Disconnect ${domain}` });
  await options.click({ role: 'button', name: 'Disconnect', within: { role: 'dialog' } });
  await options.waitFor(tenantField);
  await (await driver.openPopup()).waitFor({ role: 'button', name: 'Set up' });
});

async function offersSignIn(popup: Surface): Promise<void> {
  await popup.waitForText('See your phone numbers');
  await popup.waitFor({ role: 'button', name: 'Sign in' });
}
