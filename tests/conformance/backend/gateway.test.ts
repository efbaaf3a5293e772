// The inline verifier with the gateway and the sandbox's sign-in service.
import { afterAll, beforeAll } from 'vitest';
import { createGatewayVerifier } from '../../../lib/background/gateway/verifier.ts';
import { createTokenNetwork } from '../../../lib/background/network.ts';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Application } from '../sandbox/application.ts';
import { describeInlineVerifier, type InlineVerifierUnderTest } from './describe-inline-verifier.ts';

const started: Organization[] = [];
let redirects: string[] = [];
beforeAll(() => {
  redirects = Object.values(redirectUris);
});
afterAll(() => Promise.all(started.map((organization) => organization.close())));

type Answer = Parameters<InlineVerifierUnderTest['breakAnswers']>[0];

const json = { 'content-type': 'application/json' };
const broken: Record<Answer, (act: () => Promise<Response>) => Promise<Response>> = {
  dropped: () => Promise.reject(new TypeError('dropped')),
  'dropped after acting': async (act) => {
    await act();
    throw new TypeError('dropped');
  },
  'cut short': async () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.error(new TypeError('cut')),
      }),
      { headers: json },
    ),
  html: async () => new Response('<!doctype html><title>Proxy</title>', { headers: { 'content-type': 'text/html' } }),
  throttled: async () => new Response('', { status: 429 }),
  outage: async () => new Response('upstream', { status: 502 }),
  'wrong types': async (act) =>
    new Response(JSON.stringify({ ...((await (await act()).json()) as object), expiresAt: 'soon', state: 7 }), {
      headers: json,
    }),
};

describeInlineVerifier('the gateway', async () => {
  const organization = await startOrganization({ redirectUris: redirects, quiet: true });
  started.push(organization);
  const { control, employees, handsets, tenant } = organization;
  const application = new Application(organization);
  const { refresh_token } = await application.signIn(employees.noPhoneYet);
  const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
  const renewed = await application.refresh(refresh_token, { scope: tenant.gateway.scope, claims });
  const { access_token } = (await renewed.json()) as { access_token: string };
  let next: Answer | undefined;
  /** The machine's clock is an hour slow. */
  const now = () => control.clock.now() - 3_600_000;
  const verifier = createGatewayVerifier({
    origin: organization.gatewayOrigin,
    network: createTokenNetwork(
      (url, init) => {
        const act = () => organization.fetch(String(url), init);
        const how = next;
        next = undefined;
        return how ? broken[how](act) : act();
      },
      async () => ({ cloud: 'global', gateway: { url: organization.gatewayOrigin, scope: tenant.gateway.scope } }),
      tenant.gateway.scope,
    ),
    accessToken: async () => access_token,
    rejected: async () => true,
    now,
  });
  return {
    verifier,
    codes: (number) => handsets.texts(number).flatMap(({ body }) => /#(\d+)$/.exec(body)?.[1] ?? []),
    advance: (milliseconds) => control.clock.advance(milliseconds),
    breakAnswers(how) {
      next = how;
    },
    now,
  };
});
