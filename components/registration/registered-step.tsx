import { t } from '../../lib/shared/language/translate.ts';
import { Announced, Button, Waiting } from '../elements/parts.tsx';
import { PhoneTile } from '../phones/phone-tile.tsx';
import type { AccountOverview } from '../view-model/accounts.ts';
import type { RegistrationStep } from '../view-model/registration.ts';
import type { Tile } from '../view-model/tiles.ts';

export function RegisteredStep(props: {
  overview: AccountOverview;
  view: Extract<RegistrationStep, { step: 'registered' }>;
  onDone: () => void;
}) {
  const { overview, view, onDone } = props;
  const { verification, isAppearing } = view;
  const tile = overview.tiles.find(({ method }) => method.id === verification.methodId);
  const help = tile && signInHelp(tile.sms, verification.type, overview.availability);
  return (
    <>
      <Announced>
        {!tile && isAppearing && <Waiting help={t('registered.appearing_help')}>{t('registered.appearing')}</Waiting>}
        {!tile && !isAppearing && <p>{t('registered.not_shown')}</p>}
      </Announced>
      {tile && <PhoneTile tile={tile} />}
      {help && <p class="hint">{help}</p>}
      {/* Not before the tile: it would be pushed away from under the pointer. Back is there meanwhile. */}
      {(tile || !isAppearing) && <Button label={t('add.finish')} class="wide" onClick={onDone} />}
    </>
  );
}

function signInHelp(
  sms: Tile['sms'],
  type: Tile['method']['type'],
  availability: AccountOverview['availability'],
): string | undefined {
  if (type !== 'mobile') return t('registered.other_type');
  if (availability !== 'on-tiles') return t('phones.not_available');
  if (sms === 'notConfigured') return t('sms.finish_help');
  return sms === 'notEnabled' ? t('registered.not_enabled') : undefined;
}
