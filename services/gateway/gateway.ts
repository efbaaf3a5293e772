// The gateway as one object: mounted by the server program (main.ts), by the sandbox and by tests.
import { createAccessTokenCheck, stepUpClaims } from './api/access-token.ts';
import type { RequestEnvironment } from './api/client-address.ts';
import { createRoutes } from './api/routes.ts';
import type { Clock, GatewayConfiguration } from './configuration.ts';
import { createApplicationToken } from './directory/application-token.ts';
import { createGraph } from './directory/graph.ts';
import { createPermission } from './directory/permission.ts';
import { type Log, originOf } from './log.ts';
import type { SendText } from './text/sender.ts';
import { createJournal } from './verification/journal.ts';
import { openStore } from './verification/store.ts';
import { createVerifications } from './verification/verifications.ts';

export type { GatewayConfiguration } from './configuration.ts';
export type { SendOutcome, Text } from './text/sender.ts';
export type { Challenge } from './verification/verifications.ts';

const forgetEveryMs = 5 * 60_000;

export interface GatewayDependencies {
  clock: Clock;
  sendText: SendText;
  /** Leads to the sign-in service and Graph. */
  fetch: typeof globalThis.fetch;
  log: Log;
  /** Source of the codes; default: crypto.randomInt. */
  random?: (exclusiveMaximum: number) => number;
}

export interface Gateway {
  /** `environment.address` is the caller's, for the cap per address; left out, no such cap applies. */
  fetch(request: Request, environment?: RequestEnvironment): Promise<Response>;
  /** Goes on with what was interrupted: once after the start. Later ones are taken up by a timer and by GET. */
  settle(): Promise<void>;
  /** Waits for texts and writes on their way, then closes the database. */
  close(): Promise<void>;
}

/** Opens the database; texts that were on their way when it was last closed are marked as unsure before anyone can ask. */
export function createGateway(configuration: GatewayConfiguration, dependencies: GatewayDependencies): Gateway {
  const { clock, sendText, fetch, log, random } = dependencies;
  const store = openStore(configuration.database);
  const interrupted = store.settleInterruptedSends();
  if (interrupted > 0) log({ level: 'warn', event: 'texts-interrupted', count: interrupted });

  const graph = createGraph(configuration.graphOrigin, createApplicationToken(configuration, { fetch, clock }), fetch);
  const permission = createPermission(configuration, graph, log);
  const journal = createJournal({ configuration, store, graph, permission, sendText, clock, log });
  const verifications = createVerifications({
    ...{ configuration, store, graph, permission, sendText, journal, clock, random, log },
    stepUpClaims: stepUpClaims(configuration),
  });
  verifications.forget();
  const forgetting = setInterval(() => {
    try {
      verifications.forget();
    } catch (error) {
      // A disk that is full now may have room in five minutes.
      log({ level: 'error', event: 'not-forgotten', ...originOf(error) });
    }
  }, forgetEveryMs);
  forgetting.unref();
  let isOpen = true;
  const app = createRoutes({
    configuration,
    verifications,
    checkAccessToken: createAccessTokenCheck(configuration, { fetch, clock, log }),
    isReady: () => isOpen,
    clock,
    log,
  });

  return {
    fetch: async (request, environment = {}) => app.fetch(request, environment),
    settle: () => journal.settleDue(),
    async close() {
      isOpen = false;
      clearInterval(forgetting);
      await verifications.close();
      await journal.close();
      store.close();
    },
  };
}
