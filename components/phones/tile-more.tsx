import { t } from '../../lib/shared/language/translate.ts';
import { defaultOfPhoneType } from '../../lib/shared/model/phone-method.ts';
import { Button } from '../elements/parts.tsx';
import { usePolicy } from '../page.ts';
import type { Tile } from '../view-model/tiles.ts';
import { phonePurpose } from './method-name.tsx';
import type { TileQuestion } from './tile-questions.tsx';

export function TileMore(props: {
  tile: Tile;
  /** A change is running, so that no other action is offered. */
  isBusy: boolean;
  onAsk: (question: TileQuestion) => void;
  onTry: () => void;
  /** Undefined if the number cannot be changed. */
  onChange: (() => void) | undefined;
}) {
  const { tile, isBusy, onAsk, onTry, onChange } = props;
  const { account, method, isDefault, sms } = tile;
  const { masked: number, type } = method;
  const { allowRemove } = usePolicy();
  const choice = defaultOfPhoneType(type);
  const { defaultMethod } = account;
  const isKnown = type !== 'unknown';
  return (
    <>
      <p>{phonePurpose(type)}</p>
      {isDefault && <p>{t('phones.default_help')}</p>}
      {choice && defaultMethod !== 'unknown' && defaultMethod.systemPreferred && (
        <p>{t('make_default.system_preferred')}</p>
      )}
      {sms === 'notConfigured' && <p>{t('sms.finish_help')}</p>}
      {isKnown && allowRemove === false && <p>{t('remove.locked')}</p>}
      {!isBusy && isKnown && (
        <ul class="tile-actions">
          {sms === 'ready' && account.session === 'signed-in' && (
            <Action name={t('try.action_for', { number })} words={t('try.action_long')} onClick={onTry} />
          )}
          {sms === 'ready' && (
            <Action
              name={t('sms.turn_off_for', { number })}
              words={t('sms.turn_off')}
              onClick={() => onAsk('disable')}
            />
          )}
          {choice && defaultMethod !== 'unknown' && !isDefault && (
            <Action
              name={t('make_default.action_for', { number })}
              words={t('make_default.action')}
              onClick={() => onAsk('make-default')}
            />
          )}
          {onChange && (
            <Action name={t('change.action_for', { number })} words={t('change.action')} onClick={onChange} />
          )}
          {type !== 'office' && (
            <>
              <Action words={t('new_phone.action')} onClick={() => onAsk('new-phone')} />
              <Action words={t('lost_phone.action')} onClick={() => onAsk('lost')} />
            </>
          )}
        </ul>
      )}
    </>
  );
}

function Action({ name, words, onClick }: { name?: string; words: string; onClick: () => void }) {
  return (
    <li>
      <Button label={words} aria-label={name} onClick={onClick} />
    </li>
  );
}
