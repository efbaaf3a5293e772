import { t } from '../../lib/shared/language/translate.ts';
import { securityInfoUrl } from '../../lib/shared/model/clouds.ts';
import type { Connection } from '../../lib/shared/model/rows.ts';
import { Icon } from '../elements/icons.tsx';
import { ExternalLink } from '../elements/parts.tsx';

/** Renders nothing in a cloud without a Security info page. */
export function SecurityInfoLink({ connection }: { connection: Connection }) {
  return <AccountPageLink address={securityInfoUrl(connection.cloud, connection.id)} />;
}

export function AccountPageLink({ address }: { address: string | undefined }) {
  if (!address) return null;
  return (
    <ExternalLink class="button" href={address}>
      {t('add.open')}
      <Icon name="open" />
    </ExternalLink>
  );
}
