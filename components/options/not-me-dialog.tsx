import { flat, t } from '../../lib/shared/language/translate.ts';
import { ConfirmDialog } from '../elements/confirm-dialog.tsx';
import { Button, CopyButton, Facts, WithNumber } from '../elements/parts.tsx';
import { SecurityInfoLink } from '../notes/security-info-link.tsx';
import { usePage } from '../page.ts';
import { defaultMethodName } from '../phones/method-name.tsx';
import type { AccountOverview } from '../view-model/accounts.ts';
import { type ActivityItem, openedBy } from '../view-model/activity.ts';

/** The dialog of "I did not do this", with the most urgent measure first. */
export function NotMeDialog(props: {
  item: ActivityItem;
  overview: AccountOverview;
  textOf: () => string;
  onClose: () => void;
}) {
  const { item, overview, textOf, onClose } = props;
  const { ask } = usePage();
  const { account, connection, tiles } = overview;
  const { signIn, number } = openedBy(item, tiles);
  const masked = (signIn ?? number)?.method.masked ?? '';
  const toPhones = () => {
    onClose();
    // After the modal dialog has released the focus.
    requestAnimationFrame(() => document.getElementById('phones')?.focus());
  };
  const isSignedIn = account.session === 'signed-in';
  return (
    <ConfirmDialog title={t('not_me.title')} isOptional onClose={onClose}>
      <p>{activityName(item)}</p>
      {item.masked ? <Facts masked={item.masked} userName={account.userName} /> : null}
      <p>{t('not_me.help')}</p>
      <ol class="steps measures">
        {signIn && isSignedIn && (
          <li>
            <p>
              <WithNumber sentence={t('not_me.turn_off', { number: masked })} masked={masked} />
            </p>
            <Button
              label={t('sms.turn_off')}
              class="takes-away"
              onClick={() => {
                ask({ kind: 'disable', accountId: account.id, methodId: signIn.method.id });
                toPhones();
              }}
            />
          </li>
        )}
        {number && (
          <li>
            <p>
              <WithNumber sentence={t('not_me.remove', { number: masked })} masked={masked} />
            </p>
            <Button label={t('not_me.to_phones')} onClick={toPhones} />
          </li>
        )}
        <li>
          <p>{t('not_me.everywhere')}</p>
          <SecurityInfoLink connection={connection} />
        </li>
        <li>
          <p>{t('not_me.password')}</p>
        </li>
        <li>
          <p>{t('not_me.tell')}</p>
          <CopyButton text={textOf} label={t('not_me.copy')} copied={t('action.details_copied')} />
        </li>
      </ol>
    </ConfirmDialog>
  );
}

export function activityName({ kind, choice }: ActivityItem): string {
  return kind === 'make-default'
    ? t('activity.what.make_default', { method: choice ? defaultMethodName(choice) : '' })
    : t(`activity.what.${flat(kind)}`);
}
