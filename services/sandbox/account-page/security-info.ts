// mysignins.microsoft.com: the account page, where employees see their methods and register a phone by code (hosted
// registration).
import { randomInt } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import * as v from 'valibot';
import { type Directory, Refusal, type RefusalReason } from '../directory.ts';
import type { HandsetStore } from '../handsets/handsets.ts';
import type { FetchHost } from '../hosts.ts';
import { page } from '../page.ts';
import { directoryNumber } from '../phone-number.ts';
import type { Employee, PhoneType } from '../types.ts';
import type { AccountSessions } from './session.ts';

const phoneType = v.picklist(['mobile', 'alternateMobile', 'office']);
const startBody = v.object({
  number: v.string(),
  type: phoneType,
  purpose: v.optional(v.picklist(['add', 'change']), 'add'),
});
const codeBody = v.object({ code: v.string() });

const refusalTexts: Partial<Record<RefusalReason, string>> = {
  'invalid-number': 'Enter a phone number, such as 07700 900123.',
  'already-there': 'You have a phone of this kind already. Delete it first.',
  'needs-mobile': 'Add a mobile number first.',
  'is-default': "You can't remove a phone number that is in use as the default sign-in method.",
  'has-alternate': 'Delete the alternate mobile number first.',
  'in-use': 'The number was added. Someone else in your organization uses it for SMS sign-in, so you cannot.',
};

interface Pending {
  number: string;
  type: PhoneType;
  purpose: 'add' | 'change';
  code: string;
  tries: number;
}

export function securityInfoHost(parts: {
  directory: Directory;
  handsets: HandsetStore;
  sessions: AccountSessions;
}): FetchHost {
  const { directory, handsets, sessions } = parts;
  const pending = new Map<string, Pending>();
  const app = new Hono<{ Variables: { employee: Employee } }>();

  app.get('/signed-in', async (context) => {
    const done = await sessions.complete(new URL(context.req.url).searchParams);
    if (!done) return context.html(page({ title: 'Not signed in', body: notSignedIn() }), 400);
    context.header('set-cookie', done.cookie);
    return context.redirect(done.back, 303);
  });

  app.use('/api/*', async (context, next) => {
    const employee = sessions.employeeOf(context.req.header('cookie'));
    if (!employee) return context.json({ problem: 'Your sign-in ended. Load the page again.' }, 401);
    context.set('employee', employee);
    return next();
  });

  app.onError((error, context) => {
    if (!(error instanceof Refusal)) throw error;
    return context.json({ problem: refusalTexts[error.reason] ?? 'That did not work.' }, 409);
  });

  app.get('/api/methods', (context) => {
    const { phones, smsSignInState, authenticatorApp, defaultMethod } = directory.methods(context.get('employee').oid);
    return context.json({
      phones: Object.entries(phones).map(([type, number]) => ({
        type,
        number,
        ...(type === 'mobile' ? { smsSignInState } : {}),
      })),
      authenticatorApp,
      defaultMethod: defaultMethod ?? null,
    });
  });

  app.post('/api/phones', async (context) => {
    const { oid } = context.get('employee');
    const read = v.safeParse(startBody, await context.req.json().catch(() => undefined));
    const number = read.success ? directoryNumber(read.output.number) : undefined;
    if (!read.success || !number) return badRequest(context, refusalTexts['invalid-number'] ?? '');
    const { type, purpose } = read.output;
    const hasPhone = directory.methods(oid).phones[type] !== undefined;
    if (purpose === 'add' && hasPhone) throw new Refusal('already-there');
    if (purpose === 'change' && !hasPhone) throw new Refusal('not-there');
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    pending.set(oid, { number, type, purpose, code, tries: 0 });
    handsets.deliver({ to: number, body: `Use code ${code} to add this phone to your account.` });
    return context.json({ number });
  });

  app.post('/api/phones/code', async (context) => {
    const { oid } = context.get('employee');
    const read = v.safeParse(codeBody, await context.req.json().catch(() => undefined));
    const challenge = pending.get(oid);
    if (!challenge) return badRequest(context, 'Start again: ask for a code first.');
    challenge.tries += 1;
    if (challenge.tries > 5) return badRequest(context, 'Too many wrong codes. Start again.');
    if (!read.success || read.output.code.replace(/[\s-]/g, '') !== challenge.code) {
      return badRequest(context, 'That code did not work. Check the code and try again.');
    }
    pending.delete(oid);
    directory.setPhone(oid, challenge.type, challenge.number, challenge.purpose);
    return context.json({ done: true });
  });

  app.delete('/api/phones/:type', (context) => {
    const type = v.safeParse(phoneType, context.req.param('type'));
    if (!type.success) return context.notFound();
    directory.removePhone(context.get('employee').oid, type.output);
    return context.json({ done: true });
  });

  app.post('/sign-out', (context) => {
    sessions.end(context.req.header('cookie'));
    return context.redirect('https://login.microsoftonline.com/organizations/oauth2/v2.0/logout', 303);
  });

  // The script chooses the view of each path.
  app.get('*', (context) => {
    const { pathname } = new URL(context.req.url);
    if (pathname !== '/' && pathname !== '/security-info' && !pathname.startsWith('/security-info/')) {
      return context.notFound();
    }
    const employee = sessions.employeeOf(context.req.header('cookie'));
    if (!employee) return context.redirect(sessions.begin(pathname), 302);
    return context.html(
      page({
        title: 'Security info',
        wide: true,
        body: html`<nav class="small"><a href="/security-info" data-view>Security info</a> ·
<a href="https://myaccount.microsoft.com/">My account</a> · <a href="https://myprofile.microsoft.com/">My profile</a></nav>
<p class="soft small">Signed in as ${employee.userName}</p>
<div id="view"><div class="card"><h1>Security info</h1><p role="status">Loading…</p></div></div>
<form method="post" action="/sign-out" class="actions"><button class="quiet">Sign out</button></form>`,
        script: 'security-info',
      }),
    );
  });

  return (request) => app.fetch(request);
}

function badRequest(context: Context, problem: string) {
  return context.json({ problem }, 400);
}

function notSignedIn() {
  return html`<div class="card"><h1>You are not signed in</h1><p><a href="/security-info">Try again</a></p></div>`;
}
