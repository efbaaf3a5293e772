// Assembles the gateway for the server program (main.ts), the sandbox and tests.
import { createAccessTokenCheck } from './api/access-token.ts';
import type { RequestEnvironment } from './api/client-address.ts';
import { createRoutes } from './api/routes.ts';
import { stepUpClaims } from './api/second-factor.ts';
import type { Clock, GatewayConfiguration } from './configuration.ts';
import { createApplicationToken } from './directory/application-token.ts';
import { createGraph } from './directory/graph.ts';
import { createPermission } from './directory/permission.ts';
import { createSecondFactorPolicy } from './directory/second-factor-policy.ts';
import { type Log, loggableError } from './log.ts';
import { createOutgoingFetch, type Fetch } from './outgoing.ts';
import { cached, createReadiness, databaseCheckMs } from './readiness.ts';
import type { SendEvent, SendText } from './sms/sender.ts';
import { createCodeDelivery } from './verification/code-delivery.ts';
import { createRegistrations } from './verification/registration.ts';
import { openStore } from './verification/store.ts';
import { createTextRefusal } from './verification/text-refusal.ts';
import { createVerifications } from './verification/verifications.ts';

export type { GatewayConfiguration } from './configuration.ts';
export type { NumberEvent, SendOutcome, Text } from './sms/sender.ts';
export type { Challenge } from './verification/challenge.ts';

const forgetEveryMs = 5 * 60_000;
/** How often the gateway looks whether the policies are to be read. */
const policyTimerMs = 60_000;

export interface GatewayDependencies {
  clock: Clock;
  sendText: SendText;
  sendEvent: SendEvent;
  /** Reaches the sign-in service and Graph; default: Node's. */
  fetch?: Fetch;
  log: Log;
  /** Draws the codes; default: crypto.randomInt. */
  random?: (exclusiveMaximum: number) => number;
}

export interface Gateway {
  /** Requests whose client address is not known share one cap per address. */
  fetch(request: Request, environment?: RequestEnvironment): Promise<Response>;
  /**
   * Reads the Conditional Access policies and resumes interrupted registrations. Call it once after the start; later
   * timers and requests do both.
   */
  settle(): Promise<void>;
  /** From now on /ready answers 503; other requests are answered as before. */
  failReadiness(): void;
  /** Waits for texts and writes in progress, then closes the database. */
  close(): Promise<void>;
}

/** Opens the database and marks texts that were being sent when the last process ended as `unknown`. */
export function createGateway(configuration: GatewayConfiguration, dependencies: GatewayDependencies): Gateway {
  const { clock, sendText, sendEvent, log, random } = dependencies;
  const fetch = createOutgoingFetch(dependencies.fetch);
  const store = openStore(configuration, log);
  const interrupted = store.settleInterruptedSends();
  if (interrupted > 0) log({ level: 'warn', event: 'texts-interrupted', count: interrupted });

  const warnings: string[] = [];
  if (configuration.authenticationContext === undefined) {
    log({ level: 'warn', event: 'single-factor-allowed', setting: 'SINGLE_FACTOR' });
    warnings.push('A password alone registers a phone number (SINGLE_FACTOR=allow).');
  } else if (configuration.policyUnchecked) {
    log({ level: 'warn', event: 'policy-unchecked', setting: 'POLICY_UNCHECKED' });
    warnings.push('Nobody checks that a policy demands a second factor (POLICY_UNCHECKED=allow).');
  }

  const graph = createGraph(configuration.graphOrigin, createApplicationToken(configuration, { fetch, clock }), fetch);
  const secondFactorPolicy = createSecondFactorPolicy({ configuration, graph, clock, log });
  const permission = createPermission(configuration, graph, secondFactorPolicy, log);
  const registrations = createRegistrations({
    configuration,
    store,
    graph,
    permission,
    sendText,
    sendEvent,
    clock,
    log,
  });
  const verifications = createVerifications({
    ...{ configuration, store, registrations, clock, random, log },
    stepUpClaims: stepUpClaims(configuration.authenticationContext),
    checkPolicy: secondFactorPolicy.check,
    textRefusal: createTextRefusal({ caps: configuration.caps, store, graph, permission, clock, log }),
    delivery: createCodeDelivery({ configuration, store, sendText, clock, log }),
  });
  verifications.forget({ purge: false });
  let forgottenAt = clock.now();
  const forgetting = setInterval(() => {
    const elapsedMs = clock.now() - forgottenAt;
    forgottenAt += elapsedMs;
    try {
      // A clock that just jumped forward may be corrected, and rate limits that were deleted would be lost.
      verifications.forget({ purge: elapsedMs < 2 * forgetEveryMs });
    } catch (error) {
      // Nothing is lost: the next interval tries again.
      log({ level: 'error', event: 'cleanup-failed', ...loggableError(error) });
    }
  }, forgetEveryMs);
  forgetting.unref();
  const readingPolicies = setInterval(() => void secondFactorPolicy.refresh(), policyTimerMs);
  readingPolicies.unref();
  const readiness = createReadiness(
    [
      {
        name: 'database',
        words: 'The database cannot be written.',
        isMet: cached(databaseCheckMs, clock, () => store.checkWritable(clock.now())),
      },
      {
        name: 'second-factor-policy',
        words: 'No Conditional Access policy is known to demand a second factor for AUTHENTICATION_CONTEXT.',
        isMet: secondFactorPolicy.isSufficient,
      },
    ],
    log,
    warnings,
  );
  const app = createRoutes({
    configuration,
    verifications,
    checkAccessToken: createAccessTokenCheck(configuration, { fetch, clock, log }),
    readiness,
    clock,
    log,
  });

  return {
    fetch: async (request, environment = {}) => app.fetch(request, environment),
    async settle() {
      await Promise.all([secondFactorPolicy.refresh(), registrations.settleDue()]);
    },
    failReadiness: readiness.fail,
    async close() {
      readiness.fail();
      clearInterval(forgetting);
      clearInterval(readingPolicies);
      await verifications.close();
      await registrations.close();
      store.close();
    },
  };
}
