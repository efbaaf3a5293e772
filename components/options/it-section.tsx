import { browser } from '../../lib/shared/browser.ts';
import { t } from '../../lib/shared/language/translate.ts';
import { adminConsentUrl } from '../../lib/shared/model/clouds.ts';
import type { Connection } from '../../lib/shared/model/rows.ts';
import { administratorGuideUrl } from '../../lib/shared/policy/setting-definitions.ts';
import { organizationName } from '../account/organization-name.ts';
import { CopyButton, ExternalLink, Section } from '../elements/parts.tsx';

export function ItSection({ connections }: { connections: Connection[] }) {
  return (
    <Section id="for-it" title={t('options.for_it')}>
      <CopyRow
        title={t('options.redirect')}
        help={t('options.redirect_help')}
        value={browser.identity.getRedirectURL()}
        copyName={t('options.copy_redirect')}
      />
      {connections.length === 0 && (
        <div>
          <h3>{t('options.consent')}</h3>
          <p class="hint">{t('options.consent_pending')}</p>
        </div>
      )}
      {connections.map((connection) => (
        <CopyRow
          key={connection.id}
          title={
            connections.length > 1
              ? t('options.consent_for', { tenant: organizationName(connection) })
              : t('options.consent')
          }
          help={t('options.consent_help')}
          value={adminConsentUrl({ ...connection, tenantId: connection.id })}
          copyName={t('options.copy_consent')}
        />
      ))}
      <p>
        {t('options.guide_intro')} <ExternalLink href={administratorGuideUrl}>{t('options.guide')}</ExternalLink>
      </p>
    </Section>
  );
}

function CopyRow({ title, help, value, copyName }: { title: string; help: string; value: string; copyName: string }) {
  return (
    <div class="copy-row">
      <h3>{title}</h3>
      <p class="hint">{help}</p>
      <div class="copy-value">
        <code dir="ltr">{value}</code>
        <CopyButton text={() => value} label={t('action.copy')} name={copyName} />
      </div>
    </div>
  );
}
