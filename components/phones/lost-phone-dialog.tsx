// "Lost your phone?": what to do now, and the way to the removal of its number.

import { t } from '../../lib/shared/language/translate.ts';
import type { Account, CachedMethod } from '../../lib/shared/model/rows.ts';
import { ConfirmDialog } from '../elements/confirm-dialog.tsx';
import { Facts } from '../elements/parts.tsx';
import { OrganizationHelp } from '../notes/organization-help.tsx';
import { usePolicy } from '../page.ts';

export function LostPhoneDialog(props: {
  method: CachedMethod;
  account: Account;
  onRemove: () => void;
  onClose: () => void;
}) {
  const { method, account, onRemove, onClose } = props;
  const canRemove = usePolicy().allowRemove;
  return (
    <ConfirmDialog
      title={t('lost_phone.title')}
      confirm={canRemove ? t('lost_phone.confirm') : undefined}
      onConfirm={onRemove}
      onClose={onClose}
    >
      <Facts masked={method.masked} userName={account.userName} />
      <p>{canRemove ? t('lost_phone.body') : t('lost_phone.body_locked')}</p>
      {canRemove && <p>{t('lost_phone.tell')}</p>}
      <OrganizationHelp />
    </ConfirmDialog>
  );
}
