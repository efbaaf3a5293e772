import { t } from '../../lib/shared/language/translate.ts';
import { type NewerVersion, reloadForUpdate } from '../data/newer-version.ts';
import { Announced, Button, Note } from '../elements/parts.tsx';

export function NewerVersionNote({ version }: { version: NewerVersion }) {
  return (
    <Announced>
      {version !== 'none' && (
        <div class="newer-version">
          <Note
            kind="info"
            title={version === 'waits' ? t('newer_version.waits') : t('newer_version.replaced')}
            actions={
              <Button
                label={t('newer_version.reload')}
                class="primary"
                onClick={() => (version === 'waits' ? void reloadForUpdate() : location.reload())}
              />
            }
          >
            <p>{t('newer_version.help')}</p>
          </Note>
        </div>
      )}
    </Announced>
  );
}
