// graph.microsoft.com: phone methods, sign-in preferences, memberships, Conditional Access policies.
import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as v from 'valibot';
import { type Directory, Refusal } from '../directory.ts';
import type { FetchHost } from '../hosts.ts';
import type { AccessPolicy } from '../login/access-policy.ts';
import type { gatewayRoles } from '../login/applications.ts';
import { type ClaimsDemands, challengeOf } from '../login/claims-demands.ts';
import { directoryNumber } from '../phone-number.ts';
import type { Clock, Employee, FurtherMethod, PhoneType, SmsSignInState } from '../types.ts';
import { NotAuthenticated, type tokenReader } from './access-token.ts';
import { type GraphError, graphErrorBody, graphErrorOfStatus, ofRefusal, requestIds } from './errors.ts';
import { contextPolicies } from './policies.ts';
import type { GraphSwitches } from './switches.ts';

const phoneIds = {
  mobile: '3179e48a-750b-4051-897c-87b9720928f7',
  alternateMobile: 'b6332ec1-7057-4abe-9331-3d72feddfe41',
  office: 'e37fc753-ff3b-4958-9484-eaa9425c82bc',
} as const satisfies Record<PhoneType, string>;

const passwordId = '28c10230-6103-485e-b985-444c60001490';
const authenticatorApp = {
  id: '6803c096-8a4f-4f24-9d3a-0f2f0a1c0de0',
  displayName: 'Pretend phone',
  phoneAppVersion: '1',
};
const origin = 'https://graph.microsoft.com';
const metadata = `${origin}/v1.0/$metadata`;

const phoneType = v.picklist(['mobile', 'alternateMobile', 'office']);
const newPhone = v.object({ phoneNumber: v.string(), phoneType });
const changedPhone = v.object({ phoneNumber: v.string(), phoneType: v.optional(phoneType) });
const preferences = v.object({
  userPreferredMethodForSecondaryAuthentication: v.picklist([
    'push',
    'oath',
    'voiceMobile',
    'voiceAlternateMobile',
    'voiceOffice',
    'sms',
  ]),
});

interface Permissions {
  user: readonly string[];
  app: readonly (typeof gatewayRoles)[number][];
}

const methodsOfUser = ['UserAuthenticationMethod.Read', 'UserAuthenticationMethod.ReadWrite'];
const phonesOfApp = ['UserAuthMethod-Phone.ReadWrite.All', 'UserAuthenticationMethod.ReadWrite.All'] as const;
const methodsOfApp = ['UserAuthenticationMethod.ReadWrite.All'] as const;

/** Any one of them suffices. Source: the permission tables of the Graph reference. */
const permissions = {
  readPhones: {
    user: ['UserAuthMethod-Phone.Read', 'UserAuthMethod-Phone.ReadWrite', ...methodsOfUser],
    app: phonesOfApp,
  },
  writePhones: { user: ['UserAuthMethod-Phone.ReadWrite', 'UserAuthenticationMethod.ReadWrite'], app: phonesOfApp },
  readMethods: { user: methodsOfUser, app: methodsOfApp },
  writePreferences: { user: ['UserAuthenticationMethod.ReadWrite'], app: methodsOfApp },
  readMemberships: { user: ['User.Read'], app: ['User.Read.All'] },
  readUser: { user: ['User.Read'], app: ['User.Read.All'] },
} satisfies Record<string, Permissions>;

/**
 * The greatest age of multifactor authentication for writes on the own account, in milliseconds. Source: Graph,
 * "authentication methods API".
 */
const recentSecondFactorMs = 10 * 60 * 1000;

class Failure extends Error {
  readonly graph: GraphError;
  constructor(status: GraphError['status'], code: string, message: string) {
    super(message);
    this.graph = { status, code, message };
  }
}

/** No documented code distinguishes a missing permission, an old sign-in and a write on another account. */
const denied = () => new Failure(403, 'accessDenied', 'Request Authorization failed.');

export function graphHost(parts: {
  directory: Directory;
  clock: Clock;
  switches: GraphSwitches;
  accessPolicy: AccessPolicy;
  demands: ClaimsDemands;
  readToken: ReturnType<typeof tokenReader>;
}): FetchHost {
  const { directory, clock, switches, accessPolicy, demands, readToken } = parts;
  const app = new Hono<{ Variables: { requestId: string } }>();

  app.use(async (context, next) => {
    context.header('access-control-allow-origin', '*');
    if (context.req.method === 'OPTIONS') {
      context.header('access-control-allow-methods', 'GET, POST, PATCH, PUT, DELETE, OPTIONS');
      context.header('access-control-allow-headers', context.req.header('access-control-request-headers') ?? '');
      context.header('access-control-max-age', '3600');
      return context.body(null, 200);
    }
    const requestId = randomUUID();
    context.set('requestId', requestId);
    context.header('request-id', requestId);
    context.header('client-request-id', context.req.header('client-request-id') ?? requestId);
    // Without Retry-After, as reported in microsoftgraph/microsoft-graph-docs-contrib#2011.
    context.header(
      'access-control-expose-headers',
      'ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken, SdkVersion, WWW-Authenticate, x-ms-client-gcc-tenant',
    );
    context.header('cache-control', 'no-cache');
    return next();
  });

  app.onError((error, context) => {
    if (error instanceof NotAuthenticated) return challenge(context, error);
    if (error instanceof Refusal) return fail(context, ofRefusal(error));
    if (error instanceof Failure) return fail(context, error.graph);
    throw error;
  });
  app.notFound((context) =>
    fail(context, { status: 400, code: 'BadRequest', message: 'Resource not found for the segment.' }),
  );

  const fail = (context: Context, { status, code, message }: GraphError) =>
    context.json(graphErrorBody(code, message, { ...requestIds(context), now: clock.now() }), status);

  const challenge = (context: Context, error: NotAuthenticated) => {
    const bearer =
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';
    const { challenge, form } = error;
    const encoded = Buffer.from(challenge ?? '').toString(form.encoding === 'base64url' ? 'base64url' : 'base64');
    const claims = form.encoding === 'unpadded' ? encoded.replace(/=+$/, '') : encoded;
    const demanding = `${bearer}, error="insufficient_claims", claims="${claims}"`;
    const headers =
      challenge === undefined
        ? [bearer]
        : {
            'several-headers': [bearer, demanding],
            'one-header': [`${bearer}, ${demanding}`],
            'other-scheme-first': [`PoP realm="", ${demanding}`],
          }[form.layout ?? 'several-headers'];
    for (const header of headers) context.header('www-authenticate', header, { append: true });
    return fail(context, { status: 401, code: 'InvalidAuthenticationToken', message: error.message });
  };

  /** The employee of the request. `write.selfMay`: whether users may do this on their own account. @throws Failure */
  async function target(context: Context, accepted: Permissions, write?: { selfMay: boolean }): Promise<Employee> {
    const caller = await readToken(context.req.header('authorization'));
    const where = context.req.path.endsWith('/signInPreferences')
      ? 'preferences'
      : write
        ? 'graph-write'
        : 'graph-read';
    const demand = caller.kind === 'user' && demands.unmetByToken({ where, oid: caller.oid }, caller.tokenId);
    if (demand) {
      const message = 'Continuous access evaluation resulted in challenge.';
      throw new NotAuthenticated(message, caller.hasCp1 ? challengeOf(demand) : undefined, demand);
    }
    const requested = context.req.param('user');
    if (requested === undefined && caller.kind === 'app') {
      throw new Failure(400, 'BadRequest', '/me request is only valid with delegated authentication flow.');
    }
    if (!accepted[caller.kind].some((permission) => caller.permissions.includes(permission))) throw denied();
    const employee =
      requested === undefined
        ? directory.employeeByOid(caller.oid)
        : (directory.employeeByOid(requested) ?? directory.employeeByUserName(requested));
    if (!employee) throw new Failure(404, 'Request_ResourceNotFound', 'The user does not exist.');
    if (caller.kind === 'user' && employee.oid !== caller.oid) throw denied();
    if (caller.kind === 'user' && write) {
      const age = clock.now() - (caller.secondFactorAt ?? Number.NEGATIVE_INFINITY);
      if (age > recentSecondFactorMs || !write.selfMay) throw denied();
    }
    return employee;
  }

  /** Skips the change when writes are ignored. */
  function change(act: () => void): void {
    if (switches.ignoredWrites > 0) switches.ignoredWrites -= 1;
    else act();
  }

  const phoneOf = (type: PhoneType, number: string, smsSignInState?: SmsSignInState) => ({
    id: phoneIds[type],
    phoneNumber: number,
    phoneType: type,
    smsSignInState: type === 'mobile' ? (smsSignInState ?? 'notConfigured') : 'notSupported',
  });

  const phonesOf = (employee: Employee, { req }: Context) => {
    const { phones, smsSignInState } = directory.shownMethods(employee.oid, req.path);
    const shown = switches.shownPhones.get(employee.oid) ?? {};
    return (Object.entries(phones) as [PhoneType, string][]).map(([type, number]) => ({
      ...phoneOf(type, number, smsSignInState),
      ...shown[type],
    }));
  };

  const furtherOf = (employee: Employee, list: FurtherMethod['lists'][number]) =>
    (switches.furtherMethods.get(employee.oid) ?? []).flatMap(({ lists, method }) =>
      lists.includes(list) ? [method] : [],
    );

  const listAnswer = (context: Context, name: string, entries: readonly object[]) => {
    const from = Number(context.req.query('$skiptoken') ?? 0);
    const to = from + switches.pageSize;
    return context.json({
      '@odata.context': `${metadata}#${name}`,
      ...(to < entries.length ? { '@odata.nextLink': `${origin}${context.req.path}?$skiptoken=${to}` } : {}),
      value: entries.slice(from, to),
    });
  };

  const anyone = { selfMay: true };
  const phones = '/authentication/phoneMethods';

  for (const user of ['/v1.0/me', '/v1.0/users/:user'] as const) {
    app.get(`${user}${phones}`, async (context) => {
      const employee = await target(context, permissions.readPhones);
      return listAnswer(context, 'phoneMethods', [
        ...phonesOf(employee, context),
        ...furtherOf(employee, 'phoneMethods'),
      ]);
    });

    app.get(`${user}${phones}/:id`, async (context) => {
      const employee = await target(context, permissions.readPhones);
      const type = typeOf(context);
      const phone = phonesOf(employee, context).find(({ id }) => id === phoneIds[type]);
      if (!phone) throw notFound();
      return context.json({ '@odata.context': `${metadata}#phoneMethods/$entity`, ...phone });
    });

    app.post(`${user}${phones}`, async (context) => {
      const employee = await target(context, permissions.writePhones, { selfMay: switches.selfWrite });
      const { phoneNumber, phoneType } = await body(context, newPhone);
      change(() => directory.setPhone(employee.oid, phoneType, phoneNumber, 'add'));
      const { smsSignInState } = directory.methods(employee.oid);
      return context.json(
        {
          '@odata.context': `${metadata}#phoneMethods/$entity`,
          ...phoneOf(phoneType, directoryNumber(phoneNumber) ?? phoneNumber, smsSignInState),
        },
        201,
      );
    });

    app.patch(`${user}${phones}/:id`, async (context) => {
      const employee = await target(context, permissions.writePhones, { selfMay: switches.selfWrite });
      const type = typeOf(context);
      const { phoneNumber, phoneType } = await body(context, changedPhone);
      if (phoneType !== undefined && phoneType !== type) {
        throw new Failure(400, 'badRequest', 'The type of a phone method cannot be changed.');
      }
      change(() => directory.setPhone(employee.oid, type, phoneNumber, 'change'));
      const { smsSignInState } = directory.methods(employee.oid);
      return context.json(phoneOf(type, directoryNumber(phoneNumber) ?? phoneNumber, smsSignInState));
    });

    app.delete(`${user}${phones}/:id`, async (context) => {
      const employee = await target(context, permissions.writePhones, anyone);
      const type = typeOf(context);
      change(() => directory.removePhone(employee.oid, type));
      return context.body(null, 204);
    });

    app.post(`${user}${phones}/:id/enableSmsSignIn`, async (context) => {
      const employee = await target(context, permissions.writePhones, anyone);
      const type = typeOf(context);
      change(() => directory.enableSmsSignIn(employee.oid, type));
      return context.body(null, 204);
    });

    app.post(`${user}${phones}/:id/disableSmsSignIn`, async (context) => {
      const employee = await target(context, permissions.writePhones, anyone);
      const type = typeOf(context);
      change(() => directory.disableSmsSignIn(employee.oid, type));
      return context.body(null, 204);
    });

    app.get(`${user}/authentication/methods`, async (context) => {
      const employee = await target(context, permissions.readMethods);
      return listAnswer(context, 'methods', [
        { '@odata.type': '#microsoft.graph.passwordAuthenticationMethod', id: passwordId, createdDateTime: null },
        ...phonesOf(employee, context).map((phone) => ({
          '@odata.type': '#microsoft.graph.phoneAuthenticationMethod',
          ...phone,
        })),
        ...(directory.methods(employee.oid).authenticatorApp
          ? [{ '@odata.type': '#microsoft.graph.microsoftAuthenticatorAuthenticationMethod', ...authenticatorApp }]
          : []),
        ...furtherOf(employee, 'methods'),
      ]);
    });

    app.get(`${user}/transitiveMemberOf`, async (context) => {
      const employee = await target(context, permissions.readMemberships);
      const { groups = [], directoryRoles = [] } = switches.memberships.get(employee.oid) ?? {};
      return listAnswer(context, 'directoryObjects', [
        ...groups.map((id) => ({ '@odata.type': '#microsoft.graph.group', id })),
        ...directoryRoles.map((id) => ({ '@odata.type': '#microsoft.graph.directoryRole', id })),
      ]);
    });

    app.get(user, async (context) => {
      const { oid, name, userName } = await target(context, permissions.readUser);
      return context.json({
        '@odata.context': `${metadata}#users/$entity`,
        id: oid,
        displayName: name,
        userPrincipalName: userName,
        userType: 'Member',
      });
    });
  }

  app.get('/v1.0/identity/conditionalAccess/policies', async (context) => {
    const caller = await readToken(context.req.header('authorization'));
    if (caller.kind !== 'app' || !caller.permissions.includes('Policy.Read.All')) throw denied();
    return listAnswer(context, 'identity/conditionalAccess/policies', contextPolicies(accessPolicy));
  });

  for (const user of ['/beta/me', '/beta/users/:user'] as const) {
    app.get(`${user}/authentication/signInPreferences`, async (context) => {
      const employee = await target(context, permissions.readMethods);
      const { preferencesStatus } = switches;
      if (preferencesStatus !== undefined)
        return context.json(
          graphErrorOfStatus(preferencesStatus, clock.now()),
          preferencesStatus as ContentfulStatusCode,
        );
      const { defaultMethod } = directory.shownMethods(employee.oid, context.req.path);
      return context.json({
        '@odata.context': `${metadata.replace('v1.0', 'beta')}#signInPreferences`,
        isSystemPreferredAuthenticationMethodEnabled: switches.systemPreferredMethod !== undefined,
        // An undocumented member, which strict readers would refuse.
        systemPreferredAuthenticationMethod: switches.systemPreferredMethod ?? null,
        ...(defaultMethod === undefined ? {} : { userPreferredMethodForSecondaryAuthentication: defaultMethod }),
      });
    });

    app.patch(`${user}/authentication/signInPreferences`, async (context) => {
      const employee = await target(context, permissions.writePreferences, { selfMay: switches.selfDefault });
      const { userPreferredMethodForSecondaryAuthentication: method } = await body(context, preferences);
      change(() => directory.setDefaultMethod(employee.oid, method));
      return context.body(null, 204);
    });
  }

  return (request) => app.fetch(request);
}

const notFound = () => new Failure(404, 'resourceNotFound', 'Resource not found.');

function typeOf(context: Context): PhoneType {
  const id = context.req.param('id');
  const type = Object.entries(phoneIds).find(([, known]) => known === id)?.[0];
  if (!type) throw notFound();
  return type as PhoneType;
}

async function body<T extends v.GenericSchema>(context: Context, schema: T): Promise<v.InferOutput<T>> {
  const read = v.safeParse(schema, await context.req.json().catch(() => undefined));
  if (!read.success) throw new Failure(400, 'badRequest', 'The request body is not valid.');
  return read.output;
}
