import { t } from '../../lib/shared/language/translate.ts';
import type { NewerVersion } from '../data/newer-version.ts';
import { reloadForUpdate } from '../data/reload.ts';
import { Announced, Note } from '../elements/parts.tsx';

export function NewerVersionNote({ version }: { version: NewerVersion }) {
  return (
    <Announced>
      {version !== 'none' && (
        <div class="newer-version">
          <Note
            kind="info"
            title={version === 'waits' ? t('newer_version.waits') : t('newer_version.replaced')}
            actions={
              <button
                type="button"
                class="primary"
                onClick={() => (version === 'waits' ? void reloadForUpdate() : location.reload())}
              >
                {t('newer_version.reload')}
              </button>
            }
          >
            <p>{t('newer_version.help')}</p>
          </Note>
        </div>
      )}
    </Announced>
  );
}
