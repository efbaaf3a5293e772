// The opened part of a tile: what its kind of phone is for, and everything that can be done with it.
import type { ComponentChildren } from 'preact';
import { securityInfoVerifier } from '../lib/identity/entra/security-info.ts';
import { defaultOfPhoneType } from '../lib/identity/phone-method.ts';
import { t } from '../lib/language/words.ts';
import type { Account, Connection } from '../lib/store/database.ts';
import type { Tile } from './overview.ts';
import type { TileQuestion } from './tile-questions.tsx';

const purposes = {
  mobile: () => t('phones.purpose.mobile'),
  alternateMobile: () => t('phones.purpose.alternate_mobile'),
  office: () => t('phones.purpose.office'),
  unknown: () => t('phones.purpose.unknown'),
};

export function TileMore(props: {
  tile: Tile;
  account: Account;
  /** A change is under way: nothing else can be asked for. */
  isBusy: boolean;
  onAsk: (question: TileQuestion) => void;
  onTry: () => void;
  /** None where there is no way to change the number. */
  onChange: (() => void) | undefined;
}) {
  const { tile, account, isBusy, onAsk, onTry, onChange } = props;
  const { method, isDefault, sms } = tile;
  const { masked: number, type } = method;
  const choice = defaultOfPhoneType(type);
  const { defaultMethod } = account;
  const isKnown = type !== 'unknown';
  return (
    <>
      <p>{purposes[type]()}</p>
      {isDefault && <p>{t('phones.default_help')}</p>}
      {choice && defaultMethod !== 'unknown' && defaultMethod.systemPreferred && (
        <p>{t('make_default.system_preferred')}</p>
      )}
      {sms === 'notConfigured' && <p>{t('sms.finish_help')}</p>}
      {!isBusy && (
        <>
          {sms === 'ready' && account.session === 'signed-in' && (
            <Action name={t('try.action_for', { number })} onClick={onTry}>
              {t('try.action_long')}
            </Action>
          )}
          {sms === 'ready' && (
            <Action name={t('sms.turn_off_for', { number })} onClick={() => onAsk({ kind: 'disable' })}>
              {t('sms.turn_off')}
            </Action>
          )}
          {choice && defaultMethod !== 'unknown' && !isDefault && (
            <Action name={t('make_default.action_for', { number })} onClick={() => onAsk({ kind: 'make-default' })}>
              {t('make_default.action')}
            </Action>
          )}
          {isKnown && onChange && (
            <Action name={t('change.action_for', { number })} onClick={onChange}>
              {t('change.action')}
            </Action>
          )}
          {isKnown && type !== 'office' && (
            <div class="actions">
              <button type="button" class="quiet" onClick={() => onAsk({ kind: 'new-phone' })}>
                {t('new_phone.action')}
              </button>
              <button type="button" class="quiet" onClick={() => onAsk({ kind: 'lost' })}>
                {t('lost_phone.action')}
              </button>
            </div>
          )}
        </>
      )}
    </>
  );
}

function Action(props: { name: string; onClick: () => void; children: ComponentChildren }) {
  return (
    <button type="button" aria-label={props.name} onClick={props.onClick}>
      {props.children}
    </button>
  );
}

/** Here by a code where the organization runs a gateway, else on a page of the service, which not every cloud has. */
export function canChangeNumber({ gateway, cloud }: Connection): boolean {
  return gateway !== undefined || securityInfoVerifier(cloud) !== undefined;
}
