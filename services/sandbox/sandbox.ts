// Starts the sandbox: sign-in service, Graph, account page and handsets, on loopback under the real host names.
import { myAccount, myProfile, organizationSite } from './account-page/other-pages.ts';
import { securityInfoHost } from './account-page/security-info.ts';
import { accountSessions } from './account-page/session.ts';
import { makeCertificate } from './certificate.ts';
import { createClock } from './clock.ts';
import { createControl } from './control.ts';
import { controlHost } from './control-host.ts';
import { Directory } from './directory.ts';
import { employees } from './employees.ts';
import { Faults } from './faults.ts';
import { tokenReader } from './graph/access-token.ts';
import { graphErrorOfStatus } from './graph/errors.ts';
import { graphHost } from './graph/graph-host.ts';
import { graphSwitches } from './graph/switches.ts';
import { createHandsets } from './handsets/handsets.ts';
import { handsetPages } from './handsets/pages.ts';
import { fetchHost, type NodeHost, serveHosts } from './hosts.ts';
import { AccessPolicy } from './login/access-policy.ts';
import { clientIds, tenantDomain, tenantId } from './login/applications.ts';
import { ClaimsDemands } from './login/claims-demands.ts';
import { errorBody, problems } from './login/errors.ts';
import { SignIns } from './login/sign-in-history.ts';
import { startLogin } from './login/sign-in-service.ts';
import { signInSwitches } from './login/switches.ts';
import { startProxy } from './proxy.ts';
import type { Sandbox, SandboxOptions } from './types.ts';

export type {
  Control,
  Employee,
  FaultRule,
  Interference,
  RequestMatch,
  RequestPurpose,
  Sandbox,
  SandboxOptions,
  SandboxRequest,
  Situation,
} from './types.ts';

/** Starts the hosts and the proxy. Rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { entraLike = true, extraHosts = {}, quiet = true } = options;
  const clock = createClock();
  const handsets = createHandsets(clock, options.secondFactors);
  const directory = new Directory(clock, options.propagation ?? 0);
  const signIns = new SignIns(clock);
  const accessPolicy = new AccessPolicy();
  const switches = graphSwitches();
  const signInService = signInSwitches(options.gatewayRegistration);
  const demands = new ClaimsDemands();
  const closing = new AbortController();
  const faults = new Faults((host, status) => errorBodyOf(host, status, clock.now()));

  const login = await startLogin({
    clock,
    directory,
    handsets,
    signIns,
    accessPolicy,
    switches: signInService,
    demands,
    entraLike,
    redirectUris: options.redirectUris,
  });
  // The account page redeems its codes over TLS like any application.
  const sessions = accountSessions({ directory, fetch: (url, init) => served.fetch(url, init) });
  const readToken = tokenReader({ keys: login.publicKeys, signIns, clock });

  const control = createControl({
    clock,
    faults,
    directory,
    handsets,
    signIns,
    accessPolicy,
    switches,
    signInService,
    demands,
    gatewayRegistration: options.gatewayRegistration,
    endSessions: (employee) => {
      login.endSessions(employee);
      sessions.endFor(employee.oid);
    },
    revokeRefreshTokens: login.revokeRefreshTokens,
    resetHosts: () => {
      login.reset();
      sessions.reset();
      served.requests.length = 0;
      proxy.refusedHosts.length = 0;
    },
  });

  const hosts = new Map<string, NodeHost>([
    ['login.microsoftonline.com', login.host],
    ['graph.microsoft.com', fetchHost(graphHost({ directory, clock, switches, accessPolicy, demands, readToken }))],
    ['mysignins.microsoft.com', fetchHost(securityInfoHost({ directory, handsets, sessions }))],
    ['myaccount.microsoft.com', fetchHost(myAccount)],
    ['myprofile.microsoft.com', fetchHost(myProfile)],
    ['www.contoso.example', fetchHost(organizationSite)],
    ['handsets.contoso.example', fetchHost(handsetPages(handsets, closing.signal))],
    ['control.contoso.example', fetchHost(controlHost(control))],
    ...Object.entries(extraHosts).map(([name, host]) => [name, fetchHost(host)] as const),
  ]);

  const certificate = await makeCertificate([...hosts.keys()]);
  const served = await serveHosts({ certificate, hosts, faults, clock, quiet });
  const proxy = await startProxy({
    port: options.proxyPort ?? 0,
    hosts: new Set(hosts.keys()),
    tlsPort: served.port,
  }).catch(async (error: unknown) => {
    await served.close();
    throw error;
  });

  return {
    proxyPort: proxy.port,
    certificate,
    tenant: {
      id: tenantId,
      domain: tenantDomain,
      clientId: clientIds.spa,
      nativeClientId: clientIds.native,
      gateway: login.gateway,
    },
    employees,
    control,
    requests: served.requests,
    refusedHosts: proxy.refusedHosts,
    handsets,
    methodsOf: ({ oid }) => directory.methods(oid),
    fetch: served.fetch,
    async close() {
      closing.abort();
      faults.clear();
      await proxy.close();
      await served.close();
    },
  };
}

/** The body of an injected error. */
function errorBodyOf(host: string, status: number, now: number): unknown {
  if (host === 'graph.microsoft.com') return graphErrorOfStatus(status, now);
  if (host === 'login.microsoftonline.com') return errorBody(problems.unavailable, now);
  return 'The sandbox was told to fail here.\n';
}
