import { t } from '../../lib/shared/language/translate.ts';
import type { ErrorKind } from '../../lib/shared/model/errors.ts';
import { Mark } from '../elements/icons.tsx';
import { Announced } from '../elements/parts.tsx';
import { usePage } from '../page.ts';
import { ErrorNote } from './error-note.tsx';
import { AccountPageLink } from './security-info-link.tsx';

/** Replaces the page while its rows cannot be read or rendered. */
export function StorageNote({ kind, accountPage }: { kind: ErrorKind; accountPage: string | undefined }) {
  const isUnavailable = kind === 'storage-unavailable';
  return (
    <>
      <header class="top">
        <Mark />
        <h1 class="product">{t('extension.name')}</h1>
      </header>
      <main class="alone">
        <Announced>
          <ErrorNote
            error={{ kind, at: usePage().now.value }}
            {...(kind === 'internal-error' ? { onRetry: () => location.reload() } : {})}
            actions={isUnavailable && <AccountPageLink address={accountPage} />}
          >
            {isUnavailable && <p>{t('storage.account_page')}</p>}
          </ErrorNote>
        </Announced>
      </main>
    </>
  );
}
