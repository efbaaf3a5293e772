// The pages on which a user consents, or asks an administrator to. Source: Microsoft Entra, "Configure the admin consent
// workflow" and "Consent experience for applications".
import { html } from 'hono/html';
import { type Html, page } from '../page.ts';
import type { AccessPolicy } from './access-policy.ts';
import { type EntraError, problems } from './errors.ts';

/** What a page of a sign-in leads to: 'again': the page is shown again. */
export type ConsentStep = { page: Html } | 'again' | { refusal: EntraError };

/** @param id of the sign-in */
export function adminConsentStep(policy: AccessPolicy, id: string, form: URLSearchParams | undefined): ConsentStep {
  if (!policy.requests) return form ? { refusal: problems.adminConsentNeeded } : { page: needsConsentPage() };
  if (!form) return { page: policy.requests.has(id) ? requestSentPage() : approvalPage() };
  const justification = form.get('justification')?.trim();
  if (!form.has('request')) return { refusal: problems.approvalNeeded };
  if (justification) policy.requests.set(id, justification);
  return 'again';
}

export function consentPage(): Html {
  return formPage({
    title: 'Permissions requested',
    body: html`<p>This application asks for permissions to see and change your sign-in methods.</p>
<div class="actions"><button>Accept</button><button class="quiet" name="cancel">Cancel</button></div>`,
  });
}

function needsConsentPage(): Html {
  return formPage({
    title: 'Need admin approval',
    body: html`<p>This application needs permissions that only an administrator of your organization can grant.</p>
<div class="actions"><button class="quiet">Return to the application without granting consent</button></div>`,
  });
}

function approvalPage(): Html {
  return formPage({
    title: 'Approval required',
    body: html`<p>This application requires the approval of an administrator of your organization.</p>
<label for="justification">Enter justification for requesting this app</label>
<input id="justification" name="justification" required autofocus>
<div class="actions"><button name="request">Request approval</button>
<button class="quiet" name="cancel" formnovalidate>Cancel</button></div>`,
  });
}

function requestSentPage(): Html {
  return formPage({
    title: 'Request sent',
    body: html`<p>Your request was sent to an administrator. You will receive an email with the decision.</p>
<div class="actions"><button>Back to the application</button></div>`,
  });
}

function formPage({ title, body }: { title: string; body: Html }): Html {
  return page({ title, body: html`<form class="card" method="post"><h1>${title}</h1>${body}</form>` });
}
