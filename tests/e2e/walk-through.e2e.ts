// The main job, as `npm start -- --headless` walks it.
import { walkThrough } from './journey/walk-through.ts';
import { test } from './scenario.ts';

test('from nothing set up to signed in with the phone number', async ({ driver, sandbox }) => {
  for (const { title, take } of walkThrough(driver, sandbox)) await test.step(title, take);
});
