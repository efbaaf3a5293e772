import type { Signal } from '@preact/signals';
import { browser } from '../../lib/shared/browser.ts';
import { t } from '../../lib/shared/language/translate.ts';
import { mayConnect } from '../../lib/shared/policy/restrictions.ts';
import { administratorGuideUrl } from '../../lib/shared/policy/setting-definitions.ts';
import { Announced, CopyButton, Note, Section } from '../elements/parts.tsx';
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

/** A message to an IT department that has not set up the extension. */
function AskIt() {
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
