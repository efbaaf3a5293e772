// A tenant for the gateway's tests: keys, application tokens, memberships and phones. Its faults follow Microsoft's
// documents, for instance a 409 that saves the number.
import { createHash, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { Hono } from 'hono';
import * as jose from 'jose';
import { generate } from 'selfsigned';
import { sufficientPolicy } from './policy.ts';

export const tenantId = '7c000000-0000-4000-8000-000000000001';
export const clientId = '7c000000-0000-4000-8000-000000000002';
export const extensionClientId = '7c000000-0000-4000-8000-000000000003';
const phoneIds: Record<string, string> = {
  mobile: '3179e48a-750b-4051-897c-87b9720928f7',
  alternateMobile: 'b6332ec1-7057-4abe-9331-3d72feddfe41',
  office: 'e37fc753-ff3b-4958-9484-eaa9425c82bc',
};

interface GraphRequest {
  method: string;
  path: string;
}

export interface Fault {
  method?: string;
  /** Part of the path. */
  path?: string;
  times: number;
  /** The write takes effect although the answer is the fault's. */
  after?: boolean;
  /** Without it the connection breaks. */
  status?: number;
  code?: string;
  retryAfter?: number;
  /** Runs when the request arrives. */
  meanwhile?: () => void;
}

interface SavedPhone {
  phoneNumber: string;
  smsSignInState: string;
  visibleAt: number;
}

const newKeys = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const signing = newKeys();
const foreign = newKeys();
let certificate: Promise<{ certificatePem: string; privateKeyPem: string }> | undefined;

export function gatewayCertificate() {
  certificate ??= generate([{ name: 'commonName', value: 'gateway' }], { keySize: 2048, algorithm: 'sha256' }).then(
    ({ cert, private: key }) => ({ certificatePem: cert, privateKeyPem: key }),
  );
  return certificate;
}

export async function createTenant({
  now,
  loginOrigin,
  graphOrigin,
}: {
  now: () => number;
  loginOrigin: string;
  graphOrigin: string;
}) {
  const { certificatePem } = await gatewayCertificate();
  const jwk = { ...(await jose.exportJWK(signing.publicKey)), kid: 'tenant-key', use: 'sig', alg: 'RS256' };

  const phones = new Map<string, Map<string, SavedPhone>>();
  const memberships = new Map<string, { id: string; '@odata.type': string }[]>();
  /** Phone numbers that are sign-in names of colleagues, without white space. */
  const inUse = new Set<string>();
  /** Accounts other than plain members, by object id. */
  const accounts = new Map<string, { userType: string | null; userPrincipalName: string }>();
  const faults: Fault[] = [];
  const requests: GraphRequest[] = [];
  const settings = {
    propagationMs: 0,
    stateOfNewNumbers: 'ready',
    /** How many of the next writes succeed without effect. */
    ignoredWrites: 0,
    secret: 'secret-of-the-gateway',
    policies: [sufficientPolicy] as object[],
  };

  const phonesOf = (oid: string) => {
    const known = phones.get(oid) ?? new Map<string, SavedPhone>();
    phones.set(oid, known);
    return known;
  };
  const graphError = (status: number, code: string, retryAfter?: number) =>
    new Response(JSON.stringify({ error: { code, message: 'for developers', innerError: {} } }), {
      status,
      headers: {
        'content-type': 'application/json',
        'request-id': 'c0000000-0000-4000-8000-00000000000c',
        ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      },
    });

  const app = new Hono();
  const published = [jwk];
  let keyId = jwk.kid;
  app.get(`/${tenantId}/discovery/v2.0/keys`, (c) => c.json({ keys: published }));
  app.post(`/${tenantId}/oauth2/v2.0/token`, async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const isValid =
      form.get('client_id') === clientId &&
      form.get('grant_type') === 'client_credentials' &&
      form.get('scope') === `${graphOrigin}/.default` &&
      (form.get('client_secret') === settings.secret || (await isGoodAssertion(form.get('client_assertion'))));
    if (!isValid) return c.json({ error: 'invalid_client', error_description: 'AADSTS7000215' }, 401);
    return c.json({ token_type: 'Bearer', expires_in: 3599, access_token: 'application-token' });
  });

  async function isGoodAssertion(assertion: string | null): Promise<boolean> {
    if (!assertion) return false;
    const { protectedHeader, payload } = await jose.jwtVerify(assertion, createPublicKey(certificatePem), {
      algorithms: ['PS256'],
      issuer: clientId,
      subject: clientId,
      audience: `${loginOrigin}/${tenantId}/oauth2/v2.0/token`,
      currentDate: new Date(now()),
      requiredClaims: ['jti', 'exp', 'nbf'],
    });
    const thumbprint = createHash('sha256').update(new X509Certificate(certificatePem).raw).digest('base64url');
    return protectedHeader['x5t#S256'] === thumbprint && (payload.exp ?? 0) * 1000 <= now() + 600_000;
  }

  app.use('/v1.0/*', async (c, next) => {
    if (c.req.header('authorization') !== 'Bearer application-token')
      return graphError(401, 'InvalidAuthenticationToken');
    return next();
  });
  app.get('/v1.0/users/:oid', (c) => {
    const oid = c.req.param('oid');
    return c.json(accounts.get(oid) ?? { userType: 'Member', userPrincipalName: `${oid}@contoso.example` });
  });
  const methods = '/v1.0/users/:oid/authentication/phoneMethods';
  app.get(methods, (c) =>
    c.json({
      value: [...phonesOf(c.req.param('oid'))]
        .filter(([, phone]) => phone.visibleAt <= now())
        .map(([phoneType, { phoneNumber, smsSignInState }]) => ({
          id: phoneIds[phoneType],
          phoneType,
          phoneNumber,
          smsSignInState,
        })),
    }),
  );
  const save = async (oid: string, type: string, phoneNumber: string) => {
    if (settings.ignoredWrites > 0) {
      settings.ignoredWrites--;
      return undefined;
    }
    const isTaken = type === 'mobile' && inUse.has(phoneNumber.replace(/\s/g, ''));
    phonesOf(oid).set(type, {
      phoneNumber,
      smsSignInState:
        type !== 'mobile' ? 'notSupported' : isTaken ? 'phoneNumberNotUnique' : settings.stateOfNewNumbers,
      visibleAt: now() + settings.propagationMs,
    });
    return isTaken ? graphError(409, 'phoneNumberNotUnique') : undefined;
  };
  app.post(methods, async (c) => {
    const oid = c.req.param('oid');
    const { phoneNumber, phoneType } = await c.req.json();
    if (phonesOf(oid).has(phoneType)) return graphError(400, 'badRequest');
    return (await save(oid, phoneType, phoneNumber)) ?? c.json({ id: phoneIds[phoneType] }, 201);
  });
  app.patch(`${methods}/:id`, async (c) => {
    const oid = c.req.param('oid');
    const { phoneNumber, phoneType } = await c.req.json();
    if (phoneIds[phoneType] !== c.req.param('id') || !phonesOf(oid).has(phoneType))
      return graphError(404, 'itemNotFound');
    return (await save(oid, phoneType, phoneNumber)) ?? c.body(null, 204);
  });
  app.get('/v1.0/identity/conditionalAccess/policies', (c) => c.json({ value: settings.policies }));
  /** Pages of two, so that three memberships need a second page. */
  app.get('/v1.0/users/:oid/transitiveMemberOf', (c) => {
    const all = memberships.get(c.req.param('oid')) ?? [];
    const skip = Number(c.req.query('$skiptoken') ?? 0);
    const more = skip + 2 < all.length;
    return c.json({
      value: all.slice(skip, skip + 2),
      ...(more ? { '@odata.nextLink': `${graphOrigin}${c.req.path}?$select=id&$top=999&$skiptoken=${skip + 2}` } : {}),
    });
  });

  /** `undefined`: the connection breaks. */
  async function handle(request: Request): Promise<Response | undefined> {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/v1.0/')) requests.push({ method: request.method, path: pathname });
    const fault = faults.find(
      ({ method, path, times }) =>
        times > 0 && (!method || method === request.method) && (!path || pathname.includes(path)),
    );
    if (!fault) return app.fetch(request);
    fault.times--;
    fault.meanwhile?.();
    if (fault.after) await app.fetch(request);
    return fault.status === undefined ? undefined : graphError(fault.status, fault.code ?? 'fault', fault.retryAfter);
  }

  return {
    phonesOf,
    memberships,
    accounts,
    inUse,
    faults,
    requests,
    settings,
    handle,
    setPhone: (oid: string, type: string, phoneNumber: string, smsSignInState = 'ready') =>
      phonesOf(oid).set(type, { phoneNumber, smsSignInState, visibleAt: 0 }),
    phoneNumber: (oid: string, type = 'mobile') => phonesOf(oid).get(type)?.phoneNumber,
    writes: () => requests.filter(({ method }) => method !== 'GET'),
    /** As `globalThis.fetch`, for a gateway in this process. */
    fetch: (async (input: string | URL | Request, init?: RequestInit) => {
      const response = await handle(new Request(input, init));
      if (!response) throw new TypeError('fetch failed');
      return response;
    }) as typeof globalThis.fetch,
    /** An access token of a user. `claims` replace the usual ones; `undefined` removes one. */
    token: (
      oid: string,
      claims: Record<string, unknown> = {},
      { key = 'own', algorithm = 'RS256' }: { key?: 'own' | 'foreign'; algorithm?: string } = {},
    ) => {
      const seconds = Math.floor(now() / 1000);
      const payload = {
        iss: `${loginOrigin}/${tenantId}/v2.0`,
        aud: clientId,
        tid: tenantId,
        oid,
        scp: 'PhoneVerification',
        iat: seconds,
        exp: seconds + 3600,
        auth_time: seconds,
        azp: extensionClientId,
        acrs: ['c1'],
        ...claims,
      };
      return new jose.SignJWT(JSON.parse(JSON.stringify(payload)))
        .setProtectedHeader({ alg: algorithm, kid: keyId, typ: 'JWT' })
        .sign((key === 'own' ? signing : foreign).privateKey);
    },
    signingKey: signing.publicKey,
    /** Publishes another id of the key and signs with it. */
    rotateKey() {
      keyId = 'new-key';
      published.push({ ...jwk, kid: keyId });
      return {
        /** Signs with an id that is not published. */
        hide() {
          keyId = 'hidden-key';
        },
      };
    },
  };
}
