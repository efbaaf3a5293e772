// The question a click on the banner leads to. That click may have been the page's doing, under a pointer that meant
// something else: so what is asked is shown in full, and Enable waits until the person can have seen it.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../lib/shared/language/translate.ts';
import type { Route } from '../../lib/shared/model/place.ts';
import type { Account } from '../../lib/shared/model/rows.ts';
import { PhoneNumber, UserName } from '../elements/parts.tsx';
import { usePage } from '../page.ts';
import type { AccountOverview } from '../view-model/accounts.ts';
import type { Tile } from '../view-model/tiles.ts';

/** Less than this is no look at it, but a second click of what was a double click elsewhere. */
const seenMs = 700;
/** Whoever opens the popup later than that is not here for the question. */
const askedMs = 10 * 60_000;

/** The number to ask about, as long as the question makes sense. */
export function tileToConfirm(route: Route, { tiles }: AccountOverview, now: number): Tile | undefined {
  if (route.step !== 'confirm' || now - (route.askedAt ?? 0) > askedMs) return undefined;
  const tile = tiles.find(({ method }) => method.id === route.methodId);
  const isUnderWay = tile?.progress.state === 'running' || tile?.progress.state === 'needs-step-up';
  return tile?.canEnable && !isUnderWay ? tile : undefined;
}

export function Confirm({ tile, account, onEnd }: { tile: Tile; account: Account; onEnd: () => void }) {
  const { ask } = usePage();
  const isSeen = useSeen();
  const { method } = tile;
  const enable = () => {
    ask({ kind: 'enable', accountId: account.id, methodId: method.id });
    onEnd();
  };
  return (
    <>
      <h1>{t('enable.title')}</h1>
      <dl class="facts">
        <dt>{t('enable.number')}</dt>
        <dd>
          <PhoneNumber masked={method.masked} />
        </dd>
        <dt>{t('enable.account')}</dt>
        <dd>
          <UserName of={account.userName} />
        </dd>
      </dl>
      <p>{t('enable.body')}</p>
      <p>{t('enable.keeps')}</p>
      <div class="dialog-actions">
        <button type="button" class="primary" disabled={!isSeen} onClick={enable}>
          {t('enable.confirm')}
        </button>
        <button type="button" onClick={onEnd}>
          {t('action.cancel')}
        </button>
      </div>
    </>
  );
}

/** Whether this has had the focus, and been in view, long enough to have been read. */
function useSeen(): boolean {
  const isSeen = useSignal(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      isSeen.value = false;
      if (document.hidden || !document.hasFocus()) return;
      timer = setTimeout(() => {
        isSeen.value = true;
      }, seenMs);
    };
    look();
    window.addEventListener('focus', look);
    window.addEventListener('blur', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('focus', look);
      window.removeEventListener('blur', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return isSeen.value;
}
