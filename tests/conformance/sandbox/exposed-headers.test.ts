// Pages of other origins can read no more headers than at Microsoft, where `Retry-After` is not exposed.
// Sources: microsoftgraph/microsoft-graph-docs-contrib#2011 (Graph without Retry-After); Microsoft Graph, "Get photo" (a
// recorded answer) and Dev Proxy (the later names); Azure/azure-sdk-for-python#18884 (sign-in service: none).
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { Application } from './application.ts';

const exposedByGraph = [
  ...['ETag', 'Location', 'Preference-Applied', 'Content-Range', 'request-id', 'client-request-id'],
  ...['ReadWriteConsistencyToken', 'SdkVersion', 'WWW-Authenticate', 'x-ms-client-gcc-tenant'],
];
const { origin } = new URL(redirectUris.chromium);

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
afterEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

const exposed = ({ headers }: Response) =>
  (headers.get('access-control-expose-headers') ?? '').split(',').flatMap((name) => name.trim() || []);

test('Graph exposes the documented headers in every answer, and Retry-After in none', async () => {
  const application = new Application(sandbox);
  const { mobileReady } = sandbox.employees;
  const { access_token: token } = await application.signIn(mobileReady);
  const path = 'v1.0/me/authentication/phoneMethods';
  const answers = [
    await application.graph(token, path),
    await application.graph(token, `${path}/unknown`),
    await application.graph('invalid', path),
    await application.graph(token, path, 'POST', {}),
  ];
  sandbox.control.revokeTokens(mobileReady);
  answers.push(await application.graph(token, path));
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 401, expect.any(Number), 401]);
  for (const answer of answers) expect(exposed(answer)).toEqual(exposedByGraph);
  sandbox.control.fault({ host: 'graph.microsoft.com', throttle: { retryAfter: 5 }, times: 1 });
  const throttled = await application.graph(token, path);
  expect(throttled.headers.get('retry-after')).toBe('5');
  expect(exposed(throttled)).not.toContain('Retry-After');
});

test('the sign-in service exposes no header', async () => {
  const application = new Application(sandbox);
  const answer = await application.authorize(sandbox.employees.mobileReady);
  const redeemed = await application.redeem(answer);
  const { refresh_token: refreshToken } = (await redeemed.clone().json()) as { refresh_token: string };
  const login = `https://login.microsoftonline.com/${sandbox.tenant.id}`;
  const answers = [
    redeemed,
    await application.redeem(answer, { code: 'unknown' }),
    await application.refresh(refreshToken, { scope: 'Moon.Read' }),
    await sandbox.fetch(`${login}/oauth2/v2.0/token`, { method: 'OPTIONS', headers: { origin } }),
    await sandbox.fetch(`${login}/v2.0/.well-known/openid-configuration`, { headers: { origin } }),
    await sandbox.fetch(`${login}/discovery/v2.0/keys`, { headers: { origin } }),
  ];
  sandbox.control.failSignIns({ where: 'refresh', family: 'throttled' });
  const throttled = await application.refresh(refreshToken);
  expect(throttled.headers.get('retry-after')).toBe('900');
  for (const each of [...answers, throttled]) {
    expect(each.headers.get('access-control-allow-origin')).toBeTruthy();
    expect(exposed(each)).toEqual([]);
  }
});
