// Why nothing works at the moment, where the organization's settings are the reason; and what they have taken away.
import { t } from '../lib/language/words.ts';
import type { Inert } from '../lib/policy/overlay.ts';
import { OrganizationHelp } from './organization-help.tsx';
import type { Known } from './overview.ts';
import { usePage, usePolicy } from './page.tsx';
import { Announced, Note } from './parts.tsx';

export function InertNote({ inert }: { inert: Inert }) {
  const { organizationName: organization } = usePolicy();
  return (
    <Announced>
      {inert.why === 'paused' ? (
        <Note kind="info" title={organization ? t('inert.paused_by', { organization }) : t('inert.paused')}>
          <p>{t('inert.paused_help')}</p>
          <OrganizationHelp />
        </Note>
      ) : (
        <Note kind="warning" title={t('inert.missing')}>
          <p>{t('inert.missing_help')}</p>
          <ul class="keys">
            {inert.keys.map((key) => (
              <li key={key}>
                <code>{key}</code>
              </li>
            ))}
          </ul>
          <OrganizationHelp />
        </Note>
      )}
    </Announced>
  );
}

export function Farewell({ known }: { known: Known }) {
  const { dismiss } = usePage();
  return (
    <Announced>
      {known.rows.farewells?.length === 1 && (
        <Note kind="info" title={t('farewell.title')} onClose={() => dismiss('signed-out-by-policy')}>
          <p>{t('farewell.help')}</p>
        </Note>
      )}
    </Announced>
  );
}
