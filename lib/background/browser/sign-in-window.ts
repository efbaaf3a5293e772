import { browser } from '../../shared/browser.ts';
import { IdentityError } from '../../shared/model/errors.ts';
import { SignInCancelled } from '../auth/authorize.ts';
import type { Platform } from '../platform.ts';

export const launchSignIn: Platform['launchSignIn'] = async (url, interactive) => {
  let redirect: string | undefined;
  try {
    redirect = await browser.identity.launchWebAuthFlow({ url, interactive });
  } catch (error) {
    if (!interactive) throw new IdentityError('signed-out');
    // Chromium: "Authorization page could not be loaded."
    if (error instanceof Error && /could not be loaded/i.test(error.message)) throw new IdentityError('offline');
    throw new SignInCancelled();
  }
  if (!redirect) throw new SignInCancelled();
  return redirect;
};
