// Creates the backend of an account from its connection.
import { clouds } from '../shared/model/clouds.ts';
import { IdentityError } from '../shared/model/errors.ts';
import type { Account } from '../shared/model/rows.ts';
import { graphScope } from './auth/authorize.ts';
import type { Sessions } from './auth/sessions.ts';
import type { HostedVerifier, InlineVerifier, PhoneDirectory } from './backend.ts';
import { requireConnection } from './db/connections.ts';
import { createGatewayVerifier } from './gateway/verifier.ts';
import { createEntraDirectory } from './graph/directory.ts';
import { createGraphRequest } from './graph/request.ts';
import { securityInfoVerifier } from './graph/security-info.ts';
import { type ApiAccess, createTokenNetwork, hostOfScope } from './network.ts';
import type { Platform } from './platform.ts';

export function createBackendOfAccount(
  dependencies: Pick<Platform, 'database' | 'fetch' | 'now'> & { sessions: Sessions },
) {
  const { database, fetch, sessions, now } = dependencies;

  const connectionOf = ({ connectionId }: Account) => requireConnection(database, connectionId);

  /** @param rowId row that records the request ids of writes */
  function apiAccess(
    account: Account,
    origin: string,
    scope: string,
    table: 'outbox' | 'verifications',
    rowId: string | undefined,
  ): ApiAccess {
    return {
      origin,
      network: createTokenNetwork(fetch, () => connectionOf(account), scope),
      accessToken: () => sessions.accessToken(account, scope),
      rejected: (token, claims) => sessions.rejected(account, scope, token, claims),
      now,
      async changed(requestId) {
        if (!rowId) return;
        const rows = database.table<{ requestIds?: string[] }>(table).where({ id: rowId });
        await rows.modify((row) => {
          row.requestIds = [...(row.requestIds ?? []), requestId];
        });
      },
    };
  }

  async function directoryOf(account: Account, commandId?: string): Promise<PhoneDirectory> {
    const connection = await connectionOf(account);
    const scope = graphScope(connection);
    const token = await sessions.accessToken(account, scope);
    // A token has the permissions that were granted when it was issued; only a new one has those granted since.
    if (account.syncError?.kind === 'permission-missing' && (await sessions.mayRenew(account))) {
      await sessions.rejected(account, scope, token, undefined);
      await sessions.accessToken(account, scope);
    }
    if (!(await sessions.covers(account, scope))) throw new IdentityError('permission-missing', { scope });
    const origin = `https://${clouds[connection.cloud].graph}`;
    return createEntraDirectory({
      request: createGraphRequest(apiAccess(account, origin, scope, 'outbox', commandId)),
      objectId: account.id.split('.')[1] ?? '',
      preferencesReadable: await sessions.covers(account, 'UserAuthenticationMethod.ReadWrite'),
    });
  }

  async function hostedVerifierOf(account: Account): Promise<HostedVerifier | undefined> {
    return securityInfoVerifier((await connectionOf(account)).cloud);
  }

  async function inlineVerifierOf(account: Account, verificationId?: string): Promise<InlineVerifier> {
    const connection = await connectionOf(account);
    const { gateway } = connection;
    if (!gateway) throw new IdentityError('not-configured');
    // Before a token is requested that no host could receive.
    hostOfScope(connection, gateway.scope);
    return createGatewayVerifier(apiAccess(account, gateway.url, gateway.scope, 'verifications', verificationId));
  }

  return { directoryOf, hostedVerifierOf, inlineVerifierOf };
}
