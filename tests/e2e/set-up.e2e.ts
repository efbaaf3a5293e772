import type { Surface } from '../../scripts/driver/surface.ts';
import { connectAs } from '../../scripts/journey/connect.ts';
import { pattern, text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

const tenantField = { label: text('connection.tenant') };
const clientIdField = { label: text('connection.client_id') };
const unknownOrganization = '00000000-0000-4000-8000-000000000000';

test('a connection that is refused shows the reason and keeps what was typed', async ({ driver, sandbox }) => {
  const { domain, clientId } = sandbox.tenant;
  const options = await driver.openExtensionPage('options.html');
  const refused = async (tenant: string, typedClientId: string, words: string) => {
    await connectAs(options, tenant, typedClientId);
    await options.waitForText(words);
    expect(await options.value(tenantField)).toBe(tenant);
    expect(await options.value(clientIdField)).toBe(typedClientId);
  };
  await refused('nowhere.example', clientId, text('connection.tenant_unknown', { tenant: 'nowhere.example' }));
  await refused(unknownOrganization, clientId, text('connection.tenant_unknown', { tenant: unknownOrganization }));
  await refused('not a tenant', clientId, text('connection.tenant_invalid'));
  await refused(domain, '12345', text('connection.client_id_invalid'));

  const fault = sandbox.control.fault({ host: 'login.microsoftonline.com', drop: true });
  await refused(domain, clientId, text('error.offline.title'));
  fault.remove();
  sandbox.control.fault({ host: 'login.microsoftonline.com', answer: { status: 503 } });
  await refused(domain, clientId, text('error.service_unavailable.title'));

  expect(await options.text()).not.toMatch(pattern('options.connected'));
  const popup = await driver.openPopup();
  await popup.waitFor({ role: 'button', name: text('welcome.set_up') });
});

test('@long an organization of another cloud is refused with the name of its cloud, and one of GCC connects (S18)', async ({
  driver,
  sandbox,
}) => {
  const { domain, clientId } = sandbox.tenant;
  const options = await driver.openExtensionPage('options.html');
  const regions = {
    usgov: { tenant_region_sub_scope: 'DODCON', cloud_instance_name: 'microsoftonline.us' },
    usgovdod: { tenant_region_sub_scope: 'DOD', cloud_instance_name: 'microsoftonline.us' },
    china: { cloud_instance_name: 'partner.microsoftonline.cn' },
  };
  for (const [cloud, region] of Object.entries(regions)) {
    sandbox.control.describeTenantAs(region);
    await connectAs(options, domain, clientId);
    const name = text(`connection.cloud_name.${cloud as keyof typeof regions}`);
    await options.waitForText(text('connection.tenant_elsewhere', { tenant: domain, cloud: name }));
  }
  sandbox.control.describeTenantAs({ tenant_region_scope: 'NA', tenant_region_sub_scope: 'GCC' });
  await connectAs(options, domain, clientId);
  await options.waitForText(text('options.connected', { tenant: domain }));
});

test('the directory ID connects in any case and with spaces around it', async ({ driver, sandbox }) => {
  const { id, clientId } = sandbox.tenant;
  const options = await driver.openExtensionPage('options.html');
  await connectAs(options, `  ${id.toUpperCase()} `, ` ${clientId} `);
  await options.waitForText(text('options.connected', { tenant: id.toUpperCase() }));
  await options.waitForText(text('options.connected_next'));
  await offersSignIn(await driver.openPopup());
});

test('the domain connects, the options page shows what IT registers and approves, and disconnecting deletes the connection', async ({
  driver,
  sandbox,
}) => {
  const { id, domain, clientId } = sandbox.tenant;
  const options = await driver.openExtensionPage('options.html');
  await options.waitForText(text('options.consent_pending'));
  await options.waitForText(/https:\/\/[0-9a-z]+\.(chromiumapp\.org|extensions\.allizom\.org)\//);
  await connectAs(options, domain, clientId);
  await options.waitForText(text('options.connected', { tenant: domain }));
  // The domain is resolved to the directory's ID.
  await options.waitForText(id);
  await options.waitForText(`https://login.microsoftonline.com/${id}/adminconsent?client_id=${clientId}`);
  const popup = await driver.openPopup();
  await offersSignIn(popup);
  await driver.closePopup();

  await options.click({ role: 'button', name: text('options.disconnect_named', { tenant: domain }) });
  await options.click({ role: 'button', name: text('options.disconnect'), within: { role: 'dialog' } });
  await options.waitFor(tenantField);
  await (await driver.openPopup()).waitFor({ role: 'button', name: text('welcome.set_up') });
});

async function offersSignIn(popup: Surface): Promise<void> {
  await popup.waitForText(text('signed_out.title'));
  await popup.waitFor({ role: 'button', name: text('action.sign_in') });
}
