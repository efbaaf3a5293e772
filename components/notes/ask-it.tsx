import { browser } from '../../lib/shared/browser.ts';
import { t } from '../../lib/shared/language/translate.ts';
import { administratorGuideUrl } from '../../lib/shared/policy/setting-definitions.ts';
import { CopyButton } from '../elements/parts.tsx';
import { usePolicy } from '../page.ts';

/** A message to an IT department that has not set up the extension. */
export function AskIt() {
  const steps = [
    t('ask_it.allow', { guide: administratorGuideUrl }),
    t('ask_it.register', { redirect: browser.identity.getRedirectURL() }),
    t('ask_it.permit', { permission: usePolicy().scopes.join(' ') }),
    t('ask_it.tell'),
  ];
  const message = () => [t('ask_it.wish'), '', ...steps.map((step, index) => `${index + 1}. ${step}`)].join('\n');
  return (
    <details class="another">
      <summary>{t('ask_it.title')}</summary>
      <div class="stack">
        <blockquote class="message">
          <p>{t('ask_it.wish')}</p>
          <ol class="steps">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </blockquote>
        <div class="actions">
          <CopyButton text={message} label={t('action.copy')} />
        </div>
      </div>
    </details>
  );
}
