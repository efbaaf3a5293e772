import type { Signal } from '@preact/signals';
import { t } from '../../lib/shared/language/translate.ts';
import { mayConnect } from '../../lib/shared/policy/restrictions.ts';
import { Announced, Note, Section } from '../elements/parts.tsx';
import { AskIt } from '../notes/ask-it.tsx';
import { FurtherReading } from '../notes/further-reading.tsx';
import { OrganizationHelp } from '../notes/organization-help.tsx';
import { usePage, usePolicy } from '../page.ts';
import { type PageState, progressOfKind } from '../view-model/progress.ts';
import { type ConnectionDraft, ConnectionForm } from './connection-form.tsx';
import { OrganizationCard } from './organization-card.tsx';

export function OrganizationSection({ pageState, draft }: { pageState: PageState; draft: Signal<ConnectionDraft> }) {
  const { connections } = pageState.rows;
  const form = <ConnectionForm pageState={pageState} draft={draft} />;
  return (
    <Section id="organization" title={t('options.organization')}>
      <Announced>
        <JustConnected pageState={pageState} />
      </Announced>
      {connections.map((connection) => (
        <OrganizationCard key={connection.id} pageState={pageState} connection={connection} />
      ))}
      {mayConnect(usePolicy()) &&
        (connections.length === 0 ? (
          <>
            {form}
            <AskIt />
          </>
        ) : (
          <details class="another">
            <summary>{t('options.add_organization')}</summary>
            {form}
          </details>
        ))}
      <OrganizationHelp />
      <FurtherReading />
    </Section>
  );
}

function JustConnected({ pageState }: { pageState: PageState }) {
  const { dismiss } = usePage();
  const progress = progressOfKind(pageState, 'connect');
  if (progress.state !== 'done' || progress.command.kind !== 'connect') return null;
  const { tenant } = progress.command.connection;
  if (!pageState.rows.connections.some((connection) => connection.tenant === tenant)) return null;
  return (
    <Note kind="success" title={t('options.connected', { tenant })} onClose={() => dismiss(progress.id)}>
      <p>{t('options.connected_next')}</p>
    </Note>
  );
}
