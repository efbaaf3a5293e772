// Add method: which kind, then the way to add a phone number.
import { t } from '../lib/language/words.ts';
import { AddPhoneHosted } from './add-phone-hosted.tsx';
import { Icon } from './icons.tsx';
import type { AccountOverview } from './overview.ts';
import type { Route } from './route.ts';

export function AddMethod(props: { overview: AccountOverview; route: Route; onRoute: (route: Route) => void }) {
  const { overview, route, onRoute } = props;
  const isChoosing = route.step === 'add';
  return (
    <main>
      <div class="title-line back-line">
        <button
          type="button"
          class="icon-button"
          aria-label={t('action.back')}
          title={t('action.back')}
          onClick={() => onRoute(isChoosing ? { step: 'home' } : { step: 'add' })}
        >
          <Icon name="back" />
        </button>
        <h1>{isChoosing ? t('add.title') : t('add.phone_title')}</h1>
      </div>
      {isChoosing ? (
        <MethodChoice onPhone={() => onRoute({ step: 'add-phone' })} />
      ) : (
        <AddPhoneHosted overview={overview} route={route} onRoute={onRoute} />
      )}
    </main>
  );
}

function MethodChoice({ onPhone }: { onPhone: () => void }) {
  return (
    <>
      <p>{t('add.choose')}</p>
      <ul class="tiles">
        <li>
          <button type="button" class="choice" onClick={onPhone}>
            <span class="tile-icon">
              <Icon name="mobile" />
            </span>
            <span class="tile-title">
              <strong>{t('add.phone')}</strong>
              <span class="hint">{t('add.phone_help')}</span>
            </span>
            <Icon name="forward" />
          </button>
        </li>
      </ul>
    </>
  );
}
