// The sign-in page: a user name or a phone number, then a password or a code by text, then a second factor if one is
// demanded. Each step answers with a redirect to /{tenant}/sign-in/{id}, so that a reload repeats nothing.
import { randomInt } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { html } from 'hono/html';
import { errors, type InteractionResults } from 'oidc-provider';
import type { Directory } from '../directory.ts';
import type { HandsetStore } from '../handsets/handsets.ts';
import { alert, type Html, page } from '../page.ts';
import { directoryNumber, e164, masked } from '../phone-number.ts';
import type { Approval, Clock, Employee } from '../types.ts';
import type { AccessPolicy } from './access-policy.ts';
import { tenantId } from './applications.ts';
import { readClaimsRequest } from './claims-request.ts';
import { adminConsentStep, consentPage } from './consent.ts';
import { cancelledDescription, type EntraError, problems } from './errors.ts';
import { readForm, sendHtml, sendJson } from './exchange.ts';
import { errorPage } from './pages.ts';
import { employeeByHint, type LoginProvider } from './provider.ts';
import type { SignIns } from './sign-in-history.ts';

type Step =
  | { at: 'user-name' }
  | { at: 'password'; employee: Employee }
  | { at: 'code'; employee: Employee; number: string; code: string; tries: number; register: boolean }
  | { at: 'register'; employee: Employee; number: string }
  | { at: 'second-factor'; employee: Employee; amr: string[]; approval: string }
  | { at: 'no-second-factor'; employee: Employee };

/** An employee with the methods they signed in with. */
interface SignedIn {
  employee: Employee;
  amr: string[];
}

interface SignIn {
  step: Step;
  /** The entered user name. */
  typed: string;
  problem?: string;
}

type Details = Awaited<ReturnType<LoginProvider['provider']['interactionDetails']>>;

const maximumTries = 5;

export interface SignInParts {
  login: LoginProvider;
  directory: Directory;
  handsets: HandsetStore;
  signIns: SignIns;
  accessPolicy: AccessPolicy;
  clock: Clock;
}

export function signInPages(parts: SignInParts) {
  const { login, directory, handsets, signIns, accessPolicy, clock } = parts;
  const open = new Map<string, SignIn>();

  const handle = async (request: IncomingMessage, response: ServerResponse, id: string): Promise<void> => {
    let details: Details;
    try {
      details = await login.provider.interactionDetails(request, response);
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
      return sendHtml(response, 400, endedPage());
    }
    if (details.uid !== id) return sendHtml(response, 400, endedPage());
    const form = request.method === 'POST' ? await readForm(request) : undefined;

    switch (details.prompt.name) {
      case 'admin_consent':
        return adminConsent(request, response, id, form);
      case 'access_policy':
        return sendHtml(response, 200, errorPage(problems.blocked, clock.now()));
      case 'consent':
        if (!form) return sendHtml(response, 200, consentPage());
        if (form.has('cancel')) return finish(request, response, id, refused(problems.declined));
        accessPolicy.consent = 'all';
        return finish(request, response, id, { consent: {} });
      case 'select_account': {
        const current = details.session && login.employeeOf(details.session.accountId);
        if (current && !open.has(id)) {
          if (!form) return sendHtml(response, 200, pickPage(current));
          if (form.has('this')) return finish(request, response, id, { select_account: {} });
          open.set(id, { step: { at: 'user-name' }, typed: '' });
          return redirect(response, id);
        }
      }
    }

    if (form?.has('cancel')) {
      return finish(request, response, id, { error: 'access_denied', error_description: cancelledDescription });
    }
    const signIn = open.get(id) ?? begin(details);
    open.set(id, signIn);
    if (!form && request.headers.accept === 'application/json') {
      return sendJson(response, 200, { isAnswered: approvalOf(signIn)?.state !== 'waiting' });
    }
    if (!form) return sendHtml(response, 200, stepPage(signIn));

    delete signIn.problem;
    const claims = readClaimsRequest(String(details.params.requested_claims ?? ''));
    const isDemanded = ({ oid }: Employee) => accessPolicy.demandsSecondFactor(claims, oid);
    const done = advance(signIn, form, isDemanded);
    if (!done) return redirect(response, id);
    if (done === 'refused') return finish(request, response, id, refused(problems.secondFactorRefused));
    return finish(request, response, id, {
      login: {
        accountId: login.accountId(done.employee),
        amr: [...done.amr, ...(isDemanded(done.employee) ? ['ngcmfa'] : [])],
        // oidc-provider uses real time, which its storage translates.
        ts: signIns.record(done.employee.oid) - Math.round(clock.offset / 1000),
        remember: true,
      },
      select_account: {},
    });
  };

  return { handle, reset: () => open.clear() };

  function begin(details: Details): SignIn {
    const hint = String(details.params.login_hint ?? '');
    // A step-up is for the signed-in user.
    const stepUpSession = details.prompt.reasons.includes('fresh_sign_in') && hint === '' && details.session;
    const employee = stepUpSession ? login.employeeOf(stepUpSession.accountId) : employeeByHint(directory, hint);
    return employee ? { step: { at: 'password', employee }, typed: hint } : { step: { at: 'user-name' }, typed: hint };
  }

  /**
   * Processes a form.
   * @param isDemanded whether the claims request demands a second factor of the employee
   * @returns the employee after the last step, or 'refused' if the second factor was denied or timed out
   */
  function advance(
    signIn: SignIn,
    form: URLSearchParams,
    isDemanded: (employee: Employee) => boolean,
  ): SignedIn | 'refused' | undefined {
    const { step } = signIn;
    if (form.has('back')) {
      signIn.step = { at: 'user-name' };
      return undefined;
    }
    switch (step.at) {
      case 'user-name':
        signIn.typed = form.get('userName') ?? '';
        identify(signIn);
        return undefined;
      case 'password':
        if (form.get('password') === step.employee.password) {
          const isWanted = accessPolicy.secondFactor === 'every-sign-in' && hasSecondFactor(step.employee);
          return first(signIn, { employee: step.employee, amr: ['pwd'] }, isWanted || isDemanded(step.employee));
        }
        signIn.problem = 'Your account or password is incorrect. Try again.';
        return undefined;
      case 'code': {
        if (form.has('resend')) {
          sendCode(signIn, step.employee, step.number, step.register);
          return undefined;
        }
        const typed = (form.get('code') ?? '').replace(/[\s-]/g, '');
        if (step.tries >= maximumTries) {
          signIn.problem = 'Too many wrong codes. Ask for a new code.';
          return undefined;
        }
        if (typed !== step.code) {
          step.tries += 1;
          signIn.problem = 'That code did not work. Check the code and try again.';
          return undefined;
        }
        if (!step.register) return first(signIn, { employee: step.employee, amr: ['sms'] }, isDemanded(step.employee));
        signIn.step = { at: 'register', employee: step.employee, number: step.number };
        return undefined;
      }
      case 'register':
        directory.finishRegistration(step.employee.oid);
        return first(signIn, { employee: step.employee, amr: ['sms'] }, isDemanded(step.employee));
      case 'second-factor': {
        const state = approvalOf(signIn)?.state;
        if (state === 'approved') return { employee: step.employee, amr: [...step.amr, 'mfa'] };
        if (state !== 'waiting') return 'refused';
        signIn.problem = 'Your phone has not answered yet. Approve the request there.';
        return undefined;
      }
      case 'no-second-factor':
        return undefined;
    }
  }

  /** After the first factor: the sign-in is complete, or goes on with the second. */
  function first(signIn: SignIn, signedIn: SignedIn, asksForSecond: boolean): SignedIn | undefined {
    if (!asksForSecond) return signedIn;
    const { employee, amr } = signedIn;
    signIn.step = hasSecondFactor(employee)
      ? { at: 'second-factor', employee, amr, approval: handsets.prompt(employee).id }
      : { at: 'no-second-factor', employee };
    return undefined;
  }

  function hasSecondFactor({ oid }: Employee): boolean {
    const { authenticatorApp, phones } = directory.methods(oid);
    return authenticatorApp || Object.keys(phones).length > 0;
  }

  function approvalOf({ step }: SignIn): Approval | undefined {
    return step.at === 'second-factor' ? handsets.approval(step.approval) : undefined;
  }

  function identify(signIn: SignIn): void {
    const { typed } = signIn;
    if (typed.includes('@')) {
      const employee = directory.employeeByUserName(typed);
      if (employee) signIn.step = { at: 'password', employee };
      else signIn.problem = 'We could not find an account with that user name.';
      return;
    }
    const number = directoryNumber(typed);
    if (!number) {
      signIn.problem = 'Enter a user name, such as name@contoso.example, or a phone number.';
      return;
    }
    const found = directory.employeeByMobile(number);
    if (found?.smsSignInState === 'ready') sendCode(signIn, found.employee, number, false);
    else if (found?.smsSignInState === 'notConfigured') sendCode(signIn, found.employee, number, true);
    else signIn.problem = 'This phone number is not enabled for SMS sign-in. Sign in with your user name instead.';
  }

  function sendCode(signIn: SignIn, employee: Employee, number: string, register: boolean): void {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    signIn.step = { at: 'code', employee, number, code, tries: 0, register };
    handsets.deliver({ to: number, body: `Use code ${code} to sign in. Nobody will ask you for it.` });
  }

  async function adminConsent(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    form: URLSearchParams | undefined,
  ): Promise<void> {
    const step = adminConsentStep(parts.accessPolicy, id, form);
    if (step === 'again') return redirect(response, id);
    if ('page' in step) return sendHtml(response, 200, step.page);
    return finish(request, response, id, refused(step.refusal));
  }

  async function finish(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    result: InteractionResults,
  ): Promise<void> {
    open.delete(id);
    await login.provider.interactionFinished(request, response, result);
  }
}

function redirect(response: ServerResponse, id: string): void {
  response.writeHead(303, { location: `/${tenantId}/sign-in/${id}` }).end();
}

function refused({ error, aadsts, message }: EntraError): InteractionResults {
  return { error, error_description: `AADSTS${aadsts}: ${message}` };
}

const cancelButton = html`<button class="quiet" name="cancel" formnovalidate>Cancel</button>`;

function stepPage(signIn: SignIn): Html {
  const { step, problem } = signIn;
  switch (step.at) {
    case 'user-name':
      return formPage({
        title: 'Sign in',
        problem,
        body: html`<label for="user-name">User name or phone number</label>
<input id="user-name" name="userName" value="${signIn.typed}" autocomplete="username" autocapitalize="none" spellcheck="false"
 required autofocus ${wrong(problem)}>
<div class="actions"><button>Next</button>${cancelButton}</div>`,
      });
    case 'password':
      return formPage({
        title: 'Enter password',
        problem,
        body: html`<p class="soft">${step.employee.userName}</p>
<input hidden readonly name="userName" value="${step.employee.userName}" autocomplete="username">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus ${wrong(problem)}>
<div class="actions"><button>Sign in</button><button class="quiet" name="back" formnovalidate>Use another account</button>${cancelButton}</div>`,
      });
    case 'code':
      return formPage({
        title: 'Enter code',
        problem,
        body: html`<p>We texted a code to <bdi dir="ltr">${masked(step.number)}</bdi>.</p>
<label for="code">Code</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus ${wrong(problem)}>
<div class="actions"><button>Sign in</button><button class="quiet" name="resend" formnovalidate>Text me a new code</button>
<button class="quiet" name="back" formnovalidate>Use another account</button>${cancelButton}</div>`,
      });
    case 'register':
      return formPage({
        title: 'Register this number for SMS sign-in?',
        problem,
        body: html`<p>Your organization lets you sign in with <bdi dir="ltr">${masked(step.number)}</bdi> instead of your user name.
One step is left: register the number.</p>
<div class="actions"><button autofocus>Register this number</button></div>`,
      });
    case 'second-factor':
      return formPage({
        title: 'Approve sign-in request',
        problem,
        body: html`<p id="second-factor">Open your phone <bdi dir="ltr">${masked(step.employee.mobile)}</bdi> and approve the request. This page
then continues by itself.</p>
<p><a href="https://handsets.contoso.example/${e164(step.employee.mobile)}" target="_blank">Open the handset</a></p>
<div class="actions"><button>I approved it</button>${cancelButton}</div>`,
        script: 'second-factor',
      });
    case 'no-second-factor':
      return formPage({
        title: 'More information required',
        problem,
        body: html`<p>Your organization needs a second way to verify you, and you have none. Register one, then sign in again.</p>
<p><a href="https://mysignins.microsoft.com/security-info" target="_blank">Security info</a></p>
<div class="actions">${cancelButton}</div>`,
      });
  }
}

function wrong(problem: string | undefined) {
  return problem === undefined ? '' : html`aria-invalid="true" aria-describedby="problem"`;
}

function formPage(content: { title: string; problem: string | undefined; body: Html; script?: 'second-factor' }): Html {
  return page({
    ...(content.script && { script: content.script }),
    title: content.problem === undefined ? content.title : `Error: ${content.title}`,
    body: html`<form class="card" method="post"><h1>${content.title}</h1>${alert(content.problem)}${content.body}</form>`,
  });
}

function pickPage(current: Employee): Html {
  return formPage({
    title: 'Pick an account',
    problem: undefined,
    body: html`<p>${current.name}<br><span class="soft">${current.userName}</span></p>
<div class="actions"><button name="this">Continue as ${current.userName}</button><button class="quiet" name="other">Use another account</button></div>`,
  });
}

function endedPage(): Html {
  return page({
    title: 'Sign-in ended',
    body: html`<div class="card"><h1>This sign-in has ended</h1><p>Start again from the application.</p></div>`,
  });
}
