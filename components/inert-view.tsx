// Why nothing works at the moment, where the organization's settings are the reason; and what they have taken away.
import { t } from '../lib/language/words.ts';
import type { Inert } from '../lib/policy/overlay.ts';
import { Heading } from './heading.tsx';
import { OrganizationHelp } from './organization-help.tsx';
import type { Known } from './overview.ts';
import { usePage, usePolicy } from './page.tsx';
import { Announced, Note } from './parts.tsx';

/** In place of what there would be to do. */
export function InertView({ inert }: { inert: Inert }) {
  const { organizationName: organization } = usePolicy();
  const isPaused = inert.why === 'paused';
  const paused = organization ? t('inert.paused_by', { organization }) : t('inert.paused');
  return (
    <div class="stack" role="status">
      <Heading level={1}>{isPaused ? paused : t('inert.missing')}</Heading>
      <p>{isPaused ? t('inert.paused_help') : t('inert.missing_help')}</p>
      {!isPaused && (
        <ul class="keys">
          {inert.keys.map((key) => (
            <li key={key}>
              <code>{key}</code>
            </li>
          ))}
        </ul>
      )}
      <OrganizationHelp />
    </div>
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
