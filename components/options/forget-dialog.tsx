import { useSignal } from '@preact/signals';
import { t } from '../../lib/shared/language/translate.ts';
import type { Account } from '../../lib/shared/model/rows.ts';
import { ConfirmDialog } from '../elements/confirm-dialog.tsx';
import { usePage } from '../page.ts';

export function ForgetDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { ask } = usePage();
  const atService = useSignal(false);
  const choice = (value: boolean, label: string, help: string) => (
    <label class="radio">
      <input type="radio" name="where" checked={atService.value === value} onChange={() => (atService.value = value)} />
      <span>
        <strong>{label}</strong>
        <span class="hint">{help}</span>
      </span>
    </label>
  );
  return (
    <ConfirmDialog
      title={t('forget.title', { user: account.userName })}
      confirm={t('forget.confirm')}
      takesAway
      onConfirm={() => ask({ kind: 'sign-out', accountId: account.id, atService: atService.value })}
      onClose={onClose}
    >
      <p>{t('forget.body')}</p>
      <p>{t('forget.stays')}</p>
      <fieldset class="choices">
        <legend class="only-spoken">{t('options.sign_out')}</legend>
        {choice(false, t('options.sign_out_here'), t('options.sign_out_here_help'))}
        {choice(true, t('options.sign_out_everywhere'), t('options.sign_out_everywhere_help'))}
      </fieldset>
    </ConfirmDialog>
  );
}
