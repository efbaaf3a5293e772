import { t } from '../../lib/shared/language/translate.ts';
import type { CachedMethod } from '../../lib/shared/model/rows.ts';
import { WithNumber } from '../elements/parts.tsx';

/** @param changes the number to be changed; undefined if a number is added */
export function Reassurance({ changes }: { changes: CachedMethod | undefined }) {
  if (!changes) return <p class="reassurance">{t('add.reassurance')}</p>;
  const { masked } = changes;
  return (
    <p class="reassurance">
      <WithNumber sentence={t('change.old_stays', { number: masked })} masked={masked} />
    </p>
  );
}
