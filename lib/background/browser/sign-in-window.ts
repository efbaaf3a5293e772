// The browser's window for signing in. What it rejects with is text made for developers, different in each browser.

import { browser } from '../../shared/browser.ts';
import { IdentityError } from '../../shared/model/errors.ts';
import { type LaunchSignIn, SignInCancelled } from '../auth/authorize.ts';

export const launchSignIn: LaunchSignIn = async (url, interactive) => {
  let end: string | undefined;
  try {
    end = await browser.identity.launchWebAuthFlow({ url, interactive });
  } catch (error) {
    // In silence, every refusal means that the person is needed.
    if (!interactive) throw new IdentityError('signed-out');
    // Chromium: "Authorization page could not be loaded."
    if (error instanceof Error && /could not be loaded/i.test(error.message)) throw new IdentityError('offline');
    throw new SignInCancelled();
  }
  if (!end) throw new SignInCancelled();
  return end;
};
