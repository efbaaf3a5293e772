// Creates the backend of an account from its connection.
import { clouds } from '../shared/model/clouds.ts';
import { IdentityError } from '../shared/model/errors.ts';
import type { Account, Connection } from '../shared/model/rows.ts';
import { graphScope } from './auth/authorize.ts';
import type { Sessions } from './auth/sessions.ts';
import type { HostedVerifier, InlineVerifier, PhoneDirectory } from './backend.ts';
import { requireConnection } from './db/connections.ts';
import type { Database } from './db/database.ts';
import { createGatewayVerifier } from './gateway/verifier.ts';
import { createEntraDirectory } from './graph/directory.ts';
import { createGraphRequest } from './graph/request.ts';
import { securityInfoVerifier } from './graph/security-info.ts';
import type { Network } from './network.ts';

export function createBackendOfAccount(dependencies: {
  database: Database;
  network: Network;
  sessions: Sessions;
  now: () => number;
}) {
  const { database, network, sessions, now } = dependencies;

  const connectionOf = ({ connectionId }: Account): Promise<Connection> => requireConnection(database, connectionId);

  /** @param commandId command whose row records the request ids of writes */
  async function directoryOf(account: Account, commandId?: string): Promise<PhoneDirectory> {
    const connection = await connectionOf(account);
    const { cloud } = connection;
    const scope = graphScope(connection);
    // The granted scopes are known only after a token was issued.
    await sessions.accessToken(account, scope, false);
    return createEntraDirectory({
      request: createGraphRequest({
        origin: `https://${clouds[cloud].graph}`,
        network,
        accessToken: (renew) => sessions.accessToken(account, scope, renew),
        now,
        ...recordRequestIds('outbox', commandId),
      }),
      objectId: account.id.split('.')[1] ?? '',
      preferencesReadable: await sessions.covers(account, 'UserAuthenticationMethod.ReadWrite'),
    });
  }

  async function hostedVerifierOf(account: Account): Promise<HostedVerifier | undefined> {
    return securityInfoVerifier((await connectionOf(account)).cloud);
  }

  /** @param verificationId verification whose row records the request ids */
  async function inlineVerifierOf(account: Account, verificationId?: string): Promise<InlineVerifier> {
    const { gateway } = await connectionOf(account);
    if (!gateway) throw new IdentityError('not-configured');
    return createGatewayVerifier({
      origin: gateway.url,
      network,
      accessToken: (renew) => sessions.accessToken(account, gateway.scope, renew),
      now,
      ...recordRequestIds('verifications', verificationId),
    });
  }

  function recordRequestIds(
    table: 'outbox' | 'verifications',
    id: string | undefined,
  ): { changed?: (requestId: string) => Promise<void> } {
    if (!id) return {};
    return {
      async changed(requestId) {
        const rows = database.table<{ requestIds?: string[] }>(table).where({ id });
        await rows.modify((row) => {
          row.requestIds = [...(row.requestIds ?? []), requestId];
        });
      },
    };
  }

  return { directoryOf, hostedVerifierOf, inlineVerifierOf };
}
