// A connection from managed policy may have no name. In many languages the replacement differs between sentence and heading.
import { t } from '../../lib/shared/language/translate.ts';
import type { Connection } from '../../lib/shared/model/rows.ts';

/** In place of `{tenant}` in a sentence. */
export function organizationName({ tenant }: Pick<Connection, 'tenant'>): string {
  return tenant || t('policy.organization');
}

/** Alone, as a heading. */
export function organizationTitle({ tenant }: Pick<Connection, 'tenant'>): string {
  return tenant || t('policy.organization_title');
}
