// "I have a new phone": with the same number there is nothing to do, and with another one there is the way to change it.

import { t } from '../../lib/shared/language/translate.ts';
import type { Account, CachedMethod } from '../../lib/shared/model/rows.ts';
import { ConfirmDialog } from '../elements/confirm-dialog.tsx';
import { Facts } from '../elements/parts.tsx';

export function NewPhoneDialog(props: {
  method: CachedMethod;
  account: Account;
  /** None where there is no way to change the number. */
  onChange: (() => void) | undefined;
  onClose: () => void;
}) {
  const { method, account, onChange, onClose } = props;
  return (
    <ConfirmDialog
      title={t('new_phone.title')}
      confirm={onChange && t('change.action')}
      isOptional
      onConfirm={() => onChange?.()}
      onClose={onClose}
    >
      <Facts masked={method.masked} userName={account.userName} />
      <p>{t('new_phone.body')}</p>
      <p>{t('new_phone.apps')}</p>
      {onChange && <p>{t('new_phone.new_number')}</p>}
    </ConfirmDialog>
  );
}
