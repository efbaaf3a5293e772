// The gateway's access token for Graph, by client credentials.
import { createHash, createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { SignJWT } from 'jose';
import * as v from 'valibot';
import type { Clock, GatewayConfiguration } from '../configuration.ts';
import type { Fetch } from '../outgoing.ts';
import { GraphError, noAnswer, retryAfterOf } from './graph-error.ts';

const Refusal = v.object({ error_description: v.string() });
const Answer = v.object({ access_token: v.string(), expires_in: v.pipe(v.number(), v.minValue(1)) });

/** A token is renewed this long before it expires, so that none expires in transit. */
const renewBeforeMs = 5 * 60_000;
const timeoutMs = 10_000;

export interface ApplicationToken {
  /** @throws GraphError */
  get(): Promise<string>;
  /** Call it when Graph refused the token. */
  forget(): void;
}

export function createApplicationToken(
  { loginOrigin, graphOrigin, tenantId, clientId, credential }: GatewayConfiguration,
  { fetch, clock }: { fetch: Fetch; clock: Clock },
): ApplicationToken {
  const endpoint = `${loginOrigin}/${tenantId}/oauth2/v2.0/token`;
  let cached: { token: string; until: number } | undefined;
  let requesting: Promise<string> | undefined;

  /** Microsoft identity platform, "Certificate credentials": PS256, `x5t#S256` names the registered certificate. */
  async function assertion(certificatePem: string, privateKeyPem: string): Promise<string> {
    const now = Math.floor(clock.now() / 1000);
    const thumbprint = createHash('sha256').update(new X509Certificate(certificatePem).raw).digest('base64url');
    return new SignJWT({})
      .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(endpoint)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + 300)
      .sign(createPrivateKey(privateKeyPem));
  }

  async function request(): Promise<string> {
    const proof: Record<string, string> =
      credential.kind === 'certificate'
        ? {
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
            client_assertion: await assertion(credential.certificatePem, credential.privateKeyPem),
          }
        : { client_secret: credential.secret };
    const response = await fetch(endpoint, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        scope: `${graphOrigin}/.default`,
        ...proof,
      }),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch(noAnswer);
    const body: unknown = await response.json().catch(() => undefined);
    const parsed = v.safeParse(Answer, body);
    // A refused credential is an operator's problem, so that users see an outage.
    if (!response.ok || !parsed.success) {
      const retryAfterMs = retryAfterOf(response, clock.now());
      throw new GraphError({
        ...{ status: 503, code: ['token-endpoint', response.status, ...reasonOf(body)].join('-') },
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
    }
    cached = {
      token: parsed.output.access_token,
      until: clock.now() + parsed.output.expires_in * 1000 - renewBeforeMs,
    };
    return cached.token;
  }

  return {
    get() {
      if (cached && clock.now() < cached.until) return Promise.resolve(cached.token);
      requesting ??= request().finally(() => {
        requesting = undefined;
      });
      return requesting;
    },
    forget() {
      cached = undefined;
    },
  };
}

/** The rest of the description may name accounts. */
function reasonOf(body: unknown): string[] {
  const refusal = v.safeParse(Refusal, body);
  return (refusal.success && /^AADSTS\d+/.exec(refusal.output.error_description)) || [];
}
