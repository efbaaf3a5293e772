// What a person can rely on before a number is given: the seed's sentence, or for a change that the old number stays until then.

import { t } from '../../lib/shared/language/translate.ts';
import type { CachedMethod } from '../../lib/shared/model/rows.ts';
import { WithNumber } from '../elements/parts.tsx';

/** @param changes the number that is to be changed; none where a further one is added */
export function Reassurance({ changes }: { changes: CachedMethod | undefined }) {
  if (!changes) return <p class="reassurance">{t('add.reassurance')}</p>;
  const { masked } = changes;
  return (
    <p class="reassurance">
      <WithNumber sentence={t('change.old_stays', { number: masked })} masked={masked} />
    </p>
  );
}
