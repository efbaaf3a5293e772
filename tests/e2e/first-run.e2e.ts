import { redirectUris } from '../../lib/shared/model/extension-ids.ts';
import { text } from '../../scripts/journey/text.ts';
import { test } from './scenario.ts';

test.use({ driverOptions: { keepsFirstPage: true } });

test('the installation opens the options page with a text to send to IT', async ({ driver }) => {
  const options = await driver.waitForPage(/\/options\.html$/);
  await options.waitFor({ role: 'button', name: text('connection.save') });
  await options.click({ role: 'button', name: text('ask_it.title') });
  await options.waitForText(redirectUris.firefox);
});
