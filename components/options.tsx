// The options page: the organization, who is signed in, and what IT has to register.
import type { Signal } from '@preact/signals';
import { t } from '../lib/language/words.ts';
import { AccountsSection } from './accounts-section.tsx';
import { type ConnectionDraft, ConnectionForm } from './connection-form.tsx';
import { Mark } from './icons.tsx';
import { ItSection } from './it-section.tsx';
import { OrganizationCard } from './organization-card.tsx';
import { type Known, progressOfKind } from './overview.ts';
import { usePage } from './page.tsx';
import { Announced, Note } from './parts.tsx';

export function Options({ known, draft }: { known: Known; draft: Signal<ConnectionDraft> }) {
  const { connections } = known.rows;
  const form = <ConnectionForm known={known} draft={draft} />;
  return (
    <>
      <header class="top">
        <Mark />
        <div class="who">
          <p class="product">{t('extension.name')}</p>
          <h1>{t('options.title')}</h1>
        </div>
      </header>
      <main>
        <p>{t('options.intro')}</p>
        <section class="card" aria-labelledby="organization">
          <h2 id="organization">{t('options.organization')}</h2>
          <Announced>
            <JustConnected known={known} />
          </Announced>
          {connections.map((connection) => (
            <OrganizationCard key={connection.id} known={known} connection={connection} />
          ))}
          {connections.length === 0 ? (
            form
          ) : (
            <details class="another">
              <summary>{t('options.add_organization')}</summary>
              {form}
            </details>
          )}
        </section>
        <AccountsSection known={known} />
        <ItSection connections={connections} />
      </main>
    </>
  );
}

function JustConnected({ known }: { known: Known }) {
  const { dismiss } = usePage();
  const progress = progressOfKind(known, 'connect');
  if (progress.state !== 'done' || progress.command.kind !== 'connect') return null;
  const { tenant } = progress.command.connection;
  if (!known.rows.connections.some((connection) => connection.tenant === tenant)) return null;
  return (
    <Note kind="success" title={t('options.connected', { tenant })} onClose={() => dismiss(progress.id)}>
      <p>{t('options.connected_next')}</p>
    </Note>
  );
}
