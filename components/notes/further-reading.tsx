import { t } from '../../lib/shared/language/translate.ts';
import { usePolicy } from '../page.ts';

export function FurtherReading() {
  const { learnMoreUrl, strongerMethodsUrl, managedKeys } = usePolicy();
  return (
    <>
      {strongerMethodsUrl && (
        <p class="hint">
          {t('help.stronger')} <PageLink address={strongerMethodsUrl} label={t('help.stronger_link')} />
        </p>
      )}
      {managedKeys.includes('learnMoreUrl') && (
        <p>
          <PageLink address={learnMoreUrl} label={t('help.learn_more')} />
        </p>
      )}
    </>
  );
}

function PageLink({ address, label }: { address: string; label: string }) {
  return (
    <a href={address} target="_blank" rel="noreferrer">
      {label}
    </a>
  );
}
