import { t } from '../../lib/shared/language/translate.ts';
import { securityInfoUrl } from '../../lib/shared/model/clouds.ts';
import type { Connection } from '../../lib/shared/model/rows.ts';
import { Icon } from '../elements/icons.tsx';

/** Renders nothing in a cloud without a Security info page. */
export function SecurityInfoLink({ connection }: { connection: Connection }) {
  const page = securityInfoUrl(connection.cloud, connection.id);
  if (!page) return null;
  return (
    <a class="button" href={page} target="_blank" rel="noreferrer">
      {t('add.open')}
      <Icon name="open" />
    </a>
  );
}
