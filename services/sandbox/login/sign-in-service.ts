// Assembles the sign-in service.
import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';
import type { JWK } from 'oidc-provider';
import { generate } from 'selfsigned';
import type { Directory } from '../directory.ts';
import type { HandsetStore } from '../handsets/handsets.ts';
import type { NodeHost } from '../hosts.ts';
import type { Clock, Employee, Tenant } from '../types.ts';
import type { AccessPolicy } from './access-policy.ts';
import { applications, clientIds, gatewayResource } from './applications.ts';
import type { ClaimsDemands } from './claims-demands.ts';
import { translate } from './errors.ts';
import { loginHost } from './login-host.ts';
import { errorPage, signedOutPage, signOutPage } from './pages.ts';
import { createProvider } from './provider.ts';
import { signInPages } from './sign-in.ts';
import type { SignIns } from './sign-in-history.ts';
import { LoginStorage } from './storage.ts';
import type { SignInSwitches } from './switches.ts';

export interface Login {
  host: NodeHost;
  publicKeys: JSONWebKeySet;
  gateway: Tenant['gateway'];
  endSessions(employee: Employee): void;
  revokeRefreshTokens(employee: Employee): void;
  reset(): void;
}

const gatewaySecret = 'sandbox-gateway-secret';

/** Once per process, because RSA keys are slow and tests start many sandboxes. */
let keys: Promise<{ signing: CryptoKey; jwk: JWK; certificatePem: string; privateKeyPem: string }> | undefined;

async function makeKeys() {
  const signing = await generateKeyPair('RS256', { extractable: true });
  const gateway = await generate([{ name: 'commonName', value: 'Sandbox gateway' }], { algorithm: 'sha256' });
  return {
    signing: signing.privateKey,
    jwk: { ...(await exportJWK(signing.privateKey)), alg: 'RS256', use: 'sig', kid: 'sandbox' } as JWK,
    certificatePem: gateway.cert,
    privateKeyPem: gateway.private,
  };
}

export async function startLogin(parts: {
  clock: Clock;
  directory: Directory;
  handsets: HandsetStore;
  signIns: SignIns;
  accessPolicy: AccessPolicy;
  switches: SignInSwitches;
  demands: ClaimsDemands;
  entraLike: boolean;
  redirectUris: readonly string[];
}): Promise<Login> {
  const { clock, directory, signIns, accessPolicy, entraLike } = parts;
  keys ??= makeKeys();
  const { signing, jwk, certificatePem, privateKeyPem } = await keys;
  const storage = new LoginStorage(clock, { reusableRefreshTokens: entraLike });
  const registered = applications(parts.redirectUris);

  const login = await createProvider({
    clock,
    directory,
    storage,
    signIns,
    accessPolicy,
    switches: parts.switches,
    demands: parts.demands,
    applications: registered,
    signingKey: jwk,
    gatewaySecret,
    gatewayCertificatePem: certificatePem,
    pages: {
      async error(context, error, description) {
        context.type = 'html';
        context.body = String(await errorPage(translate(error, description, ''), clock.now()));
      },
      async signOut(context, form) {
        const isUserKnown =
          context.oidc.params?.logout_hint !== undefined || context.oidc.entities.IdTokenHint !== undefined;
        context.body = String(await signOutPage(form, isUserKnown));
      },
      async signedOut(context) {
        context.type = 'html';
        context.body = String(await signedOutPage());
      },
    },
  });
  const pages = signInPages({ login, directory, handsets: parts.handsets, signIns, accessPolicy, clock });
  const host = loginHost({
    login,
    signInPage: pages.handle,
    applications: registered,
    accessPolicy,
    switches: parts.switches,
    demands: parts.demands,
    storage,
    clock,
    entraLike,
    signingKey: signing,
  });

  return {
    host,
    publicKeys: {
      keys: [{ kty: 'RSA', n: jwk.n as string, e: jwk.e as string, kid: 'sandbox', alg: 'RS256', use: 'sig' }],
    },
    gateway: {
      clientId: clientIds.gateway,
      audience: gatewayResource.audience,
      scope: `${gatewayResource.identifier}/${gatewayResource.scopes[0]}`,
      secret: gatewaySecret,
      certificatePem,
      privateKeyPem,
    },
    endSessions: (employee) => storage.endSessions(login.accountId(employee)),
    revokeRefreshTokens: (employee) => storage.revokeRefreshTokens(login.accountId(employee)),
    reset: () => {
      storage.clear();
      pages.reset();
      login.reset();
    },
  };
}
