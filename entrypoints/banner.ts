// The script on account pages. Unlisted: our own code registers it at run time, while there is something to offer
// (lib/background/account-pages/register-banner.ts). A listed content script would be on the page always, and posts the extension's id to it.
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { followPage } from '../lib/banner/follow-page.ts';

export default defineUnlistedScript(followPage);
