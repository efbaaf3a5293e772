// control.contoso.example: the control interface over HTTP; the README lists the commands and their fields.
import { Hono } from 'hono';
import { html } from 'hono/html';
import * as v from 'valibot';
import { employees } from './employees.ts';
import type { FetchHost } from './hosts.ts';
import { type SignInFailureName, signInFailures, signInPlaces } from './login/sign-in-failures.ts';
import { page } from './page.ts';
import type { Control, Employee, Held } from './types.ts';

const employee = v.pipe(
  v.picklist(Object.keys(employees) as (keyof typeof employees)[]),
  v.transform((situation): Employee => employees[situation]),
);
const milliseconds = v.pipe(v.number(), v.finite());
const phoneType = v.picklist(['mobile', 'alternateMobile', 'office']);
const match = {
  host: v.optional(v.string()),
  path: v.optional(v.string()),
  method: v.optional(v.string()),
};
const rule = v.object({
  ...match,
  times: v.optional(v.number()),
  when: v.optional(v.picklist(['before', 'after'])),
  latency: v.optional(milliseconds),
  answer: v.optional(
    v.object({
      status: v.number(),
      headers: v.optional(v.record(v.string(), v.string())),
      body: v.optional(v.unknown()),
    }),
  ),
  throttle: v.optional(v.object({ retryAfter: v.optional(v.number()) })),
  drop: v.optional(v.boolean()),
  truncate: v.optional(v.boolean()),
  unreadable: v.optional(v.boolean()),
});

type Command = (control: Control, input: unknown) => unknown;

function command<T extends v.GenericSchema>(
  schema: T,
  act: (control: Control, input: v.InferOutput<T>) => unknown,
): Command {
  return (control, input) => act(control, v.parse(schema, input));
}

/** Removes undefined members, as exactOptionalPropertyTypes requires. */
const withoutUndefined = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

export function controlHost(control: Control): FetchHost {
  const held = new Map<string, Held>();
  const commands: Record<string, Command> = {
    'advance-clock': command(v.object({ milliseconds }), (c, input) => c.clock.advance(input.milliseconds)),
    fault: command(rule, (c, input) => void c.fault(withoutUndefined(input) as Parameters<Control['fault']>[0])),
    hold: command(v.object({ ...match, when: v.picklist(['before', 'after']) }), (c, input) => {
      const id = String(held.size + 1);
      held.set(id, c.hold(withoutUndefined(input) as Parameters<Control['hold']>[0]));
      return { id };
    }),
    release: command(v.object({ id: v.string() }), (_c, input) => held.get(input.id)?.release()),
    drop: command(v.object({ id: v.string() }), (_c, input) => held.get(input.id)?.drop()),
    'set-propagation': command(v.object({ milliseconds }), (c, input) => c.setPropagation(input.milliseconds)),
    'flip-reads': command(v.object({ milliseconds }), (c, input) => c.flipReads(input.milliseconds)),
    'age-sign-ins': command(v.object({ employee, milliseconds }), (c, input) =>
      c.ageSignIns(input.employee, input.milliseconds),
    ),
    'end-sessions': command(v.object({ employee }), (c, input) => c.endSessions(input.employee)),
    'revoke-tokens': command(v.object({ employee, refreshTokens: v.optional(v.boolean(), false) }), (c, input) =>
      c.revokeTokens(input.employee, { refreshTokens: input.refreshTokens }),
    ),
    'set-sms-sign-in-state': command(
      v.object({
        employee,
        state: v.picklist([
          'notSupported',
          'notAllowedByPolicy',
          'notEnabled',
          'phoneNumberNotUnique',
          'ready',
          'notConfigured',
        ]),
      }),
      (c, input) => c.setSmsSignInState(input.employee, input.state),
    ),
    'set-default-method': command(
      v.object({
        employee,
        method: v.picklist(['push', 'oath', 'voiceMobile', 'voiceAlternateMobile', 'voiceOffice', 'sms']),
      }),
      (c, input) => c.setDefaultMethod(input.employee, input.method),
    ),
    'set-phone': command(v.object({ employee, type: phoneType, number: v.string() }), (c, input) =>
      c.setPhone(input.employee, input.type, input.number),
    ),
    'remove-phone': command(v.object({ employee, type: phoneType }), (c, input) =>
      c.removePhone(input.employee, input.type),
    ),
    'set-state-of-new-numbers': command(
      v.object({ state: v.picklist(['ready', 'notEnabled', 'notConfigured']) }),
      (c, input) => c.setStateOfNewNumbers(input.state),
    ),
    'ignore-writes': command(v.object({ count: v.number() }), (c, input) => c.ignoreWrites(input.count)),
    'allow-self-write': command(v.object({ allowed: v.boolean() }), (c, input) => c.allowSelfWrite(input.allowed)),
    'allow-self-default': command(v.object({ allowed: v.boolean() }), (c, input) => c.allowSelfDefault(input.allowed)),
    'set-memberships': command(
      v.object({
        employee,
        groups: v.optional(v.array(v.string()), []),
        directoryRoles: v.optional(v.array(v.string()), []),
      }),
      (c, input) => c.setMemberships(input.employee, input),
    ),
    'show-phone-as': command(
      v.object({
        employee,
        type: phoneType,
        phoneNumber: v.optional(v.nullable(v.string())),
        phoneType: v.optional(v.nullable(v.string())),
        smsSignInState: v.optional(v.nullable(v.string())),
      }),
      (c, { employee, type, ...shown }) => c.showPhoneAs(employee, type, withoutUndefined(shown)),
    ),
    'add-method': command(
      v.object({
        employee,
        lists: v.array(v.picklist(['phoneMethods', 'methods'])),
        method: v.record(v.string(), v.unknown()),
      }),
      (c, { employee, lists, method }) => c.addMethod(employee, { lists, method }),
    ),
    'set-page-size': command(v.object({ entries: v.pipe(v.number(), v.minValue(1)) }), (c, input) =>
      c.setPageSize(input.entries),
    ),
    'prefer-system-method': command(v.object({ method: v.string() }), (c, input) => c.preferSystemMethod(input.method)),
    'fail-preferences': command(v.object({ status: v.number() }), (c, input) => c.failPreferences(input.status)),
    'set-consent': command(
      v.object({ consent: v.union([v.picklist(['all', 'missing', 'users']), v.array(v.string())]) }),
      (c, input) => c.setConsent(input.consent),
    ),
    'demand-claims': command(
      v.object({
        demands: v.array(
          v.object({
            where: v.picklist(['graph-read', 'graph-write', 'preferences', 'token']),
            resource: v.optional(v.string()),
            employee: v.optional(employee),
            claims: v.record(
              v.string(),
              v.nullable(
                v.object({
                  essential: v.optional(v.boolean()),
                  value: v.optional(v.unknown()),
                  values: v.optional(v.array(v.unknown())),
                }),
              ),
            ),
            isMetSilently: v.optional(v.boolean()),
            encoding: v.optional(v.picklist(['base64', 'base64url', 'unpadded'])),
            layout: v.optional(v.picklist(['several-headers', 'one-header', 'other-scheme-first'])),
            number: v.optional(v.picklist([50076, 50079, 50158])),
          }),
        ),
      }),
      (c, input) => c.demandClaims(input.demands.map(withoutUndefined)),
    ),
    'describe-tenant-as': command(v.record(v.string(), v.nullable(v.string())), (c, input) =>
      c.describeTenantAs(input),
    ),
    'answer-silently-by-script': command(
      v.object({ count: v.pipe(v.number(), v.minValue(1)), milliseconds: v.union([milliseconds, v.literal('never')]) }),
      (c, input) => c.answerSilentlyByScript(input),
    ),
    'allow-consent-requests': command(v.object({ allowed: v.boolean() }), (c, input) =>
      c.allowConsentRequests(input.allowed),
    ),
    'fail-sign-ins': command(
      v.object({
        where: v.picklist(signInPlaces),
        family: v.picklist(Object.keys(signInFailures) as SignInFailureName[]),
      }),
      (c, input) => c.failSignIns(input),
    ),
    'set-context-policy': command(v.object({ state: v.picklist(['on', 'report-only', 'none']) }), (c, input) =>
      c.setContextPolicy(input.state),
    ),
    'exclude-from-contexts': command(v.object({ employee }), (c, input) => c.excludeFromContexts(input.employee)),
    'set-gateway-registration': command(
      v.object({ tokenVersion: v.optional(v.picklist([1, 2])), authTime: v.optional(v.boolean()) }),
      (c, input) => c.setGatewayRegistration(withoutUndefined(input)),
    ),
    'set-second-factor-policy': command(v.object({ policy: v.picklist(['every-sign-in', 'on-demand']) }), (c, input) =>
      c.setSecondFactorPolicy(input.policy),
    ),
    'answer-second-factors': command(v.object({ answer: v.picklist(['by-hand', 'approve', 'deny']) }), (c, input) =>
      c.answerSecondFactors(input.answer),
    ),
    'block-by-access-policy': command(v.object({ blocked: v.boolean() }), (c, input) =>
      c.blockByAccessPolicy(input.blocked),
    ),
    reset: command(v.unknown(), (c) => c.reset()),
  };

  const app = new Hono();
  app.get('/', (context) =>
    context.html(
      page({
        title: 'Control',
        wide: true,
        body: html`<div class="card"><h1>Control</h1>
<p>Send a JSON object by POST to one of these paths; <code>services/sandbox/README.md</code> lists the fields.</p>
<ul>${Object.keys(commands).map((name) => html`<li><code>/${name}</code></li>`)}</ul></div>`,
      }),
    ),
  );
  app.post('/:command', async (context) => {
    const act = commands[context.req.param('command')];
    if (!act) return context.json({ problem: 'No such command.' }, 404);
    const text = await context.req.text();
    try {
      return context.json({ done: true, ...(act(control, text === '' ? {} : JSON.parse(text)) ?? {}) });
    } catch (error) {
      return context.json({ problem: error instanceof Error ? error.message : String(error) }, 400);
    }
  });
  return (request) => app.fetch(request);
}
