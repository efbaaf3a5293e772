// What an organization is called in a sentence: a connection that comes from policy may have no name.
import { t } from '../lib/language/words.ts';
import type { Connection } from '../lib/store/database.ts';

export function organizationName({ tenant }: Pick<Connection, 'tenant'>): string {
  return tenant || t('policy.organization');
}
