// The content script. Unlisted, because the service worker registers it at run time
// (lib/background/account-pages/register-banner.ts).
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { followPage } from '../lib/banner/follow-page.ts';

export default defineUnlistedScript(followPage);
