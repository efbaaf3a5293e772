import { t } from '../../lib/shared/language/translate.ts';
import { usePolicy } from '../page.ts';

export function Locked() {
  const { organizationName: organization } = usePolicy();
  return <span class="locked">{organization ? t('policy.locked_by', { organization }) : t('policy.locked')}</span>;
}
