// The way to the service's own page, where something can be changed that can not be changed here.

import type { Account, Connection } from '../../lib/background/db/database.ts';
import { t } from '../../lib/shared/language/words.ts';
import { securityInfoVerifier } from '../../lib/shared/model/security-info.ts';
import { Icon } from '../elements/icons.tsx';

/** Nothing in a cloud that has no such page. */
export function SecurityInfoLink({ account, connection }: { account: Account; connection: Connection }) {
  const page = securityInfoVerifier(connection.cloud)?.url({ tenantId: connection.id, loginHint: account.loginHint });
  if (!page) return null;
  return (
    <a class="button" href={page} target="_blank" rel="noreferrer">
      {t('add.open')}
      <Icon name="open" />
    </a>
  );
}
