import { t } from '../../lib/shared/language/translate.ts';
import { logLineText } from '../../lib/shared/model/log-line.ts';
import { CopyButton, Section } from '../elements/parts.tsx';
import { usePage } from '../page.ts';

/** The diagnostic log; nothing while it is empty. */
export function LogSection() {
  const lines = usePage().log.value;
  if (lines.length === 0) return null;
  const text = lines.map(logLineText).join('\n');
  return (
    <Section id="log" title={t('log.title')}>
      <p class="hint">{t('log.help')}</p>
      <pre class="log" dir="ltr" translate={false}>
        {text}
      </pre>
      <div class="actions">
        <CopyButton text={() => text} label={t('action.copy_details')} copied={t('action.details_copied')} />
      </div>
    </Section>
  );
}
