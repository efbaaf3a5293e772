// The registered number, and whether it can be used to sign in.
import { t } from '../../lib/shared/language/translate.ts';
import { Announced, Waiting } from '../elements/parts.tsx';
import { PhoneTile } from '../phones/phone-tile.tsx';
import type { AccountOverview } from '../view-model/accounts.ts';
import type { RegistrationStep } from '../view-model/registration.ts';

export function RegisteredStep(props: {
  overview: AccountOverview;
  view: Extract<RegistrationStep, { step: 'registered' }>;
  onDone: () => void;
}) {
  const { overview, view, onDone } = props;
  const { verification, isAppearing } = view;
  const tile = overview.tiles.find(({ method }) => method.id === verification.methodId);
  return (
    <>
      <Announced>
        {!tile && isAppearing && (
          <div class="stack-tight">
            <Waiting>{t('registered.appearing')}</Waiting>
            <p class="hint">{t('registered.appearing_help')}</p>
          </div>
        )}
        {!tile && !isAppearing && <p>{t('registered.not_shown')}</p>}
      </Announced>
      {tile && <PhoneTile tile={tile} />}
      {tile && (
        <SignInTruth sms={tile.sms} type={verification.type} isAvailable={overview.availability === 'on-tiles'} />
      )}
      {/* Not before the tile: it would be pushed away from under the pointer. Back is there meanwhile. */}
      {(tile || !isAppearing) && (
        <button type="button" class="wide" onClick={onDone}>
          {t('add.finish')}
        </button>
      )}
    </>
  );
}

function SignInTruth(props: {
  sms: AccountOverview['tiles'][number]['sms'];
  type: AccountOverview['tiles'][number]['method']['type'];
  isAvailable: boolean;
}) {
  const { sms, type, isAvailable } = props;
  if (type !== 'mobile') return <p class="hint">{t('registered.other_type')}</p>;
  if (!isAvailable) return <p class="hint">{t('phones.not_available')}</p>;
  if (sms === 'notConfigured') return <p class="hint">{t('sms.finish_help')}</p>;
  return sms === 'notEnabled' ? <p class="hint">{t('registered.not_enabled')}</p> : null;
}
