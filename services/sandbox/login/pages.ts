// Pages of the sign-in service for errors, sign-out and admin consent.
import { html, raw } from 'hono/html';
import { type Html, page } from '../page.ts';
import { type Application, resources } from './applications.ts';
import { descriptionOf, type EntraError, errorIds } from './errors.ts';

/** For errors that are not returned to the application. */
export function errorPage(problem: EntraError, now: number): Html {
  const ids = errorIds(now);
  return page({
    title: 'Sign-in does not work',
    body: html`<div class="card"><h1>Sorry, sign-in does not work</h1>
<p>The application's request could not be carried out.</p>
<p><code>${descriptionOf(problem, ids)}</code></p>
<p class="soft small">Request id: <code>${ids.traceId}</code></p></div>`,
  });
}

/** @param isAutomatic submits oidc-provider's form without a click */
export function signOutPage(form: string, isAutomatic: boolean): Html {
  return page({
    title: 'Sign out',
    body: html`<div class="card"><h1>Sign out?</h1>${raw(form)}
<p>You will be signed out of all pages of the sandbox's organization in this browser.</p>
<div class="actions"><button type="submit" form="op.logoutForm" name="logout" value="yes" id="sign-out">Sign out</button></div></div>`,
    ...(isAutomatic ? { script: 'sign-out' } : {}),
  });
}

export function signedOutPage(): Html {
  return page({
    title: 'Signed out',
    body: html`<div class="card"><h1>You signed out</h1><p>It is a good idea to close all browser windows.</p></div>`,
  });
}

/** Goes on by script, as the pages of `sso_reload`, federation and Seamless SSO do. @param milliseconds absent: never */
export function scriptPage(next: URL, milliseconds: number | undefined): Html {
  return page({
    title: 'Signing in',
    body: html`<div class="card"><h1>Signing in</h1>
${milliseconds === undefined ? '' : html`<p id="continue" data-href="${next.href}" data-milliseconds="${milliseconds}">One moment.</p>`}</div>`,
    script: 'continue',
  });
}

export function homePage(): Html {
  return page({
    title: 'Sign-in service',
    body: html`<div class="card"><h1>Sign-in service</h1><p>Applications lead here when someone signs in.</p></div>`,
  });
}

export function adminConsentPage(application: Application): Html {
  return page({
    title: 'Consent for your organization',
    body: html`<div class="card"><h1>Permissions requested</h1>
<p><strong>${application.name}</strong> asks for these permissions for everyone in the organization:</p>
<ul>${resources.flatMap((resource) => resource.scopes.map((scope) => html`<li><code>${scope}</code></li>`))}</ul>
<form method="post"><div class="actions"><button>Accept</button></div></form></div>`,
  });
}

export function adminConsentedPage(): Html {
  return page({
    title: 'Consent given',
    body: html`<div class="card"><h1>Consent given</h1><p>Everyone in the organization may use the application now.</p></div>`,
  });
}
