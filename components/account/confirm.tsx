import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../lib/shared/language/translate.ts';
import type { Route } from '../../lib/shared/model/place.ts';
import { Button, Facts } from '../elements/parts.tsx';
import { usePage } from '../page.ts';
import type { AccountOverview } from '../view-model/accounts.ts';
import type { Tile } from '../view-model/tiles.ts';

/** Longer than the second click of a double click takes. */
const readingMs = 700;
/** How long the question is asked after the click on the banner. */
const askedMs = 10 * 60_000;

export function tileToConfirm(route: Route, { tiles }: AccountOverview, now: number): Tile | undefined {
  if (route.step !== 'confirm' || now - (route.askedAt ?? 0) > askedMs) return undefined;
  const tile = tiles.find(({ method }) => method.id === route.methodId);
  const isBusy = tile?.progress.state === 'running' || tile?.progress.state === 'needs-step-up';
  return tile?.canEnable && !isBusy ? tile : undefined;
}

/** Shown after a click on the banner. The page may have provoked it (clickjacking), so Enable waits until the user can have read. */
export function Confirm({ tile: { account, method }, onEnd }: { tile: Tile; onEnd: () => void }) {
  const { ask } = usePage();
  const isSeen = useSeen();
  const enable = () => {
    ask({ kind: 'enable', accountId: account.id, methodId: method.id });
    onEnd();
  };
  return (
    <>
      <h1>{t('enable.title')}</h1>
      <Facts masked={method.masked} userName={account.userName} />
      <p>{t('enable.body')}</p>
      <p>{t('enable.keeps')}</p>
      <div class="dialog-actions">
        <Button label={t('enable.confirm')} class="primary" disabled={!isSeen} onClick={enable} />
        <Button label={t('action.cancel')} onClick={onEnd} />
      </div>
    </>
  );
}

/** Whether the page was visible and focused long enough to be read. */
function useSeen(): boolean {
  const isSeen = useSignal(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ending = new AbortController();
    const { signal } = ending;
    const restart = () => {
      clearTimeout(timer);
      isSeen.value = false;
      if (document.hidden || !document.hasFocus()) return;
      timer = setTimeout(() => {
        isSeen.value = true;
      }, readingMs);
    };
    restart();
    window.addEventListener('focus', restart, { signal });
    window.addEventListener('blur', restart, { signal });
    document.addEventListener('visibilitychange', restart, { signal });
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, []);
  return isSeen.value;
}
