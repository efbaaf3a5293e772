import type { ComponentChildren } from 'preact';
import { t } from '../../lib/shared/language/translate.ts';
import type { DefaultMethodChoice } from '../../lib/shared/model/phone-method.ts';
import { ConfirmDialog } from '../elements/confirm-dialog.tsx';
import { Announced, Button, Facts, PhoneNumber, Waiting } from '../elements/parts.tsx';
import { SecurityInfoLink } from '../notes/security-info-link.tsx';
import type { DefaultCandidate, Removable } from '../view-model/removal.ts';
import type { Tile } from '../view-model/tiles.ts';
import { defaultMethodName } from './method-name.tsx';

export function RemoveDialog(props: {
  of: Removable;
  tile: Tile;
  /** @param defaultFirst the method to make the default before the removal */
  onRemove: (defaultFirst?: DefaultMethodChoice) => void;
  onOther: (other: Removable) => void;
  onClose: () => void;
}) {
  const { of, tile, onRemove, onOther, onClose } = props;
  const { account, connection } = tile;
  const { method, removal } = of;
  const isFree = removal.kind === 'free';
  const isLast = isFree ? removal.isLast : undefined;
  return (
    <ConfirmDialog
      title={t('remove.title')}
      confirm={isFree ? t('remove.confirm') : undefined}
      takesAway
      onConfirm={onRemove}
      onClose={onClose}
    >
      <Facts masked={method.masked} userName={account.userName} />
      {isLast === 'yes' && <Warning>{t('remove.last')}</Warning>}
      {isLast === 'unknown' && <Warning>{t('remove.last_phone')}</Warning>}
      {removal.kind === 'other-first' && (
        <>
          <p>{t('remove.other_first')}</p>
          <ol class="steps">
            {[removal.other.method, method].map(({ id, masked }) => (
              <li key={id}>
                <PhoneNumber masked={masked} />
              </li>
            ))}
          </ol>
          <Button label={t('remove.other_first_action')} onClick={() => onOther(removal.other)} />
        </>
      )}
      {!isFree && removal.kind !== 'other-first' && <Warning>{t('error.is_default_method.title')}</Warning>}
      <Announced>{removal.kind === 'loading' && <Waiting>{t('remove.looking')}</Waiting>}</Announced>
      {removal.kind === 'is-default' && (
        <>
          <p>{t('remove.choose_default')}</p>
          <ul class="candidates">
            {removal.candidates.map((candidate) => (
              <Candidate key={candidate.choice} candidate={candidate} onChoose={() => onRemove(candidate.choice)} />
            ))}
          </ul>
          {account.defaultMethod !== 'unknown' && account.defaultMethod.systemPreferred && (
            <p class="hint">{t('make_default.system_preferred')}</p>
          )}
        </>
      )}
      {removal.kind === 'default-elsewhere' && (
        <>
          <p>{t('remove.elsewhere')}</p>
          <SecurityInfoLink connection={connection} />
        </>
      )}
      {(isFree || removal.kind === 'is-default') && (
        <ul class="consequences">
          {method.smsSignIn === 'ready' && <li>{t('remove.no_sign_in')}</li>}
          <li>{t('remove.no_proof')}</li>
          <li>{t('remove.again')}</li>
        </ul>
      )}
    </ConfirmDialog>
  );
}

function Warning({ children }: { children: ComponentChildren }) {
  return <p class="warning-line">{children}</p>;
}

function Candidate({ candidate: { choice, phone }, onChoose }: { candidate: DefaultCandidate; onChoose: () => void }) {
  const name = defaultMethodName(choice);
  return (
    <li>
      <span>
        {name} {phone && <PhoneNumber masked={phone.masked} />}
      </span>
      <Button
        label={t('make_default.action')}
        aria-label={t('remove.make_default', { method: phone ? `${name} ${phone.masked}` : name })}
        onClick={onChoose}
      />
    </li>
  );
}
