import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { language, t } from '../../lib/shared/language/translate.ts';
import { onPermissionsChange, requestPermission, withheldPatterns } from '../data/host-permissions.ts';
import { Button, Note } from '../elements/parts.tsx';

/**
 * Belongs in {@link Announced}. Asks for the account pages that the browser withholds from the extension.
 * @param patterns match patterns of the account pages
 */
export function PagePermission({ patterns }: { patterns: readonly string[] }) {
  const withheld = useSignal<readonly string[]>([]);
  useEffect(() => {
    let isUnmounted = false;
    const update = async () => {
      const missing = await withheldPatterns(patterns);
      if (!isUnmounted) withheld.value = missing;
    };
    void update();
    const stop = onPermissionsChange(() => void update());
    return () => {
      isUnmounted = true;
      stop();
    };
  }, [patterns.join()]);
  if (withheld.value.length === 0) return null;
  const hosts = withheld.value.map((pattern) => new URL(pattern).host);
  const list = new Intl.ListFormat(language, { type: 'conjunction' }).format(hosts);
  return (
    <Note
      kind="info"
      title={t('pages.permission', { pages: list })}
      actions={<Button label={t('pages.allow')} onClick={() => void requestPermission(withheld.value)} />}
    >
      <p>{t('pages.permission_help')}</p>
    </Note>
  );
}
