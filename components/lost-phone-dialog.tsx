// "Lost your phone?": what to do now, and the way to the removal of its number.
import { t } from '../lib/language/words.ts';
import type { Account, CachedMethod } from '../lib/store/database.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { Facts } from './parts.tsx';

export function LostPhoneDialog(props: {
  method: CachedMethod;
  account: Account;
  onRemove: () => void;
  onClose: () => void;
}) {
  const { method, account, onRemove, onClose } = props;
  return (
    <ConfirmDialog
      title={t('lost_phone.title')}
      confirm={t('lost_phone.confirm')}
      onConfirm={onRemove}
      onClose={onClose}
    >
      <Facts masked={method.masked} userName={account.userName} />
      <p>{t('lost_phone.body')}</p>
      <p>{t('lost_phone.tell')}</p>
    </ConfirmDialog>
  );
}
