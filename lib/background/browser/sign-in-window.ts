import { browser } from '../../shared/browser.ts';
import { IdentityError } from '../../shared/model/errors.ts';
import { type LaunchSignIn, SignInCancelled } from '../auth/authorize.ts';

export const launchSignIn: LaunchSignIn = async (url, interactive) => {
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
