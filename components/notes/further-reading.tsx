import { t } from '../../lib/shared/language/translate.ts';
import { ExternalLink } from '../elements/parts.tsx';
import { usePolicy } from '../page.ts';

export function FurtherReading() {
  const { learnMoreUrl, strongerMethodsUrl, managedKeys } = usePolicy();
  return (
    <>
      {strongerMethodsUrl && (
        <p class="hint">
          {t('help.stronger')} <ExternalLink href={strongerMethodsUrl}>{t('help.stronger_link')}</ExternalLink>
        </p>
      )}
      {managedKeys.includes('learnMoreUrl') && (
        <p>
          <ExternalLink href={learnMoreUrl}>{t('help.learn_more')}</ExternalLink>
        </p>
      )}
    </>
  );
}
