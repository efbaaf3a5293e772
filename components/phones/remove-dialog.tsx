import type { ComponentChildren } from 'preact';
import { t } from '../../lib/shared/language/translate.ts';
import type { DefaultMethodChoice } from '../../lib/shared/model/phone-method.ts';
import type { Account, Connection } from '../../lib/shared/model/rows.ts';
import { Button } from '../elements/button.tsx';
import { ConfirmDialog } from '../elements/confirm-dialog.tsx';
import { Announced, Facts, PhoneNumber, Waiting } from '../elements/parts.tsx';
import { SecurityInfoLink } from '../notes/security-info-link.tsx';
import type { DefaultCandidate, Removable } from '../view-model/removal.ts';
import { defaultMethodName } from './method-name.tsx';

interface Props {
  of: Removable;
  account: Account;
  connection: Connection;
  /** @param defaultFirst the method to make the default before the removal */
  onRemove: (defaultFirst?: DefaultMethodChoice) => void;
  /** Asks to remove another number first. */
  onOther: (other: Removable) => void;
  onClose: () => void;
}

export function RemoveDialog({ of: { method, removal }, account, connection, onRemove, onOther, onClose }: Props) {
  const isFree = removal.kind === 'free';
  return (
    <ConfirmDialog
      title={t('remove.title')}
      confirm={isFree ? t('remove.confirm') : undefined}
      takesAway
      onConfirm={() => onRemove()}
      onClose={onClose}
    >
      <Facts masked={method.masked} userName={account.userName} />
      {removal.kind === 'free' && (
        <>
          {removal.isLast === 'yes' && <Warning>{t('remove.last')}</Warning>}
          {removal.isLast === 'unknown' && <Warning>{t('remove.last_phone')}</Warning>}
        </>
      )}
      {removal.kind === 'other-first' && (
        <>
          <p>{t('remove.other_first')}</p>
          <ol class="steps">
            <li>
              <PhoneNumber masked={removal.other.method.masked} />
            </li>
            <li>
              <PhoneNumber masked={method.masked} />
            </li>
          </ol>
          <Button label={t('remove.other_first_action')} onClick={() => onOther(removal.other)} />
        </>
      )}
      {(removal.kind === 'is-default' || removal.kind === 'loading' || removal.kind === 'default-elsewhere') && (
        <Warning>{t('error.is_default_method.title')}</Warning>
      )}
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
