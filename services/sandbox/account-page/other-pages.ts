// Two more account pages, and a page of the organization that is no account page.
import { html } from 'hono/html';
import type { FetchHost } from '../hosts.ts';
import { page } from '../page.ts';

function staticPage(title: string, body: ReturnType<typeof html>): FetchHost {
  return async () =>
    new Response(String(await page({ title, body })), { headers: { 'content-type': 'text/html; charset=utf-8' } });
}

const securityInfo = html`<a href="https://mysignins.microsoft.com/security-info">Security info</a>`;

export const myAccount = staticPage(
  'My account',
  html`<div class="card"><h1>My account</h1><p>How you sign in is on the page ${securityInfo}.</p></div>`,
);

export const myProfile = staticPage(
  'My profile',
  html`<div class="card"><h1>My profile</h1><p>How you sign in is on the page ${securityInfo}.</p></div>`,
);

/** The extension makes no offer on this page. */
export const organizationSite = staticPage(
  'Intranet',
  html`<div class="card"><h1>Intranet</h1><p>A page of the organization that has nothing to do with accounts.</p></div>`,
);
