// What a person meets who has installed it themselves, at an organization where nothing is prepared.
import { redirectUris } from '../../lib/shared/model/extension-ids.ts';
import { test } from './scenario.ts';

test.use({ driverOptions: { keepsFirstPage: true } });

test('the installation leads to set-up, with the words to send to IT', async ({ driver }) => {
  const options = await driver.waitForPage(/\/options\.html$/);
  await options.waitFor({ role: 'button', name: 'Connect' });
  await options.click({ role: 'button', name: 'Has your IT not prepared anything yet?' });
  await options.waitForText(redirectUris.firefox);
});
