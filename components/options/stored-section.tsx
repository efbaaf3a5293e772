import { useSignal } from '@preact/signals';
import { Fragment } from 'preact';
import { counted, language, t } from '../../lib/shared/language/translate.ts';
import { accountTables, retentionDays } from '../../lib/shared/tables/tables.ts';
import type { AccountRows } from '../data/account-rows.ts';
import { Button, PhoneNumber, Section, UserName } from '../elements/parts.tsx';
import { phoneTypeName } from '../phones/method-name.tsx';
import type { AccountOverview } from '../view-model/accounts.ts';
import { ForgetDialog } from './forget-dialog.tsx';

// Every table of an account needs a message `stored.{table}` here.
const otherTables = accountTables.filter((table) => table !== 'methods' && table !== 'outbox');

export function StoredSection({ overview, rows }: { overview: AccountOverview; rows: AccountRows | undefined }) {
  const isAsking = useSignal(false);
  const { account } = overview;
  const { userName, name, session, syncedAt } = account;
  const readAt =
    syncedAt && new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(syncedAt);
  return (
    <Section id="stored" title={t('stored.title')}>
      <p class="hint">{t('stored.intro')}</p>
      <dl class="stored">
        <dt>{t('stored.who')}</dt>
        <dd>
          <bdi class="line">{name}</bdi>
          <span class="line">
            <UserName of={userName} />
          </span>
        </dd>
        <dt>{t('stored.session')}</dt>
        <dd>{session === 'signed-in' ? t('stored.session_memory') : t('account.signed_out')}</dd>
        {rows && (
          <>
            <dt>{t('phones.title')}</dt>
            <dd>
              {rows.methods.length === 0 && t('stored.nothing')}
              {rows.methods.map(({ id, type, masked }) => (
                <span key={id} class="line">
                  {phoneTypeName(type)} <PhoneNumber masked={masked} />
                </span>
              ))}
              {readAt && <span class="hint line">{t('stored.methods_help', { time: readAt })}</span>}
            </dd>
            <dt>{t('stored.journal')}</dt>
            <dd>
              {entries(rows.outbox)}
              <span class="hint line">{counted('stored.retention', retentionDays)}</span>
            </dd>
            {otherTables.map((table) => (
              <Fragment key={table}>
                <dt>{t(`stored.${table}`)}</dt>
                <dd>{entries(rows[table])}</dd>
              </Fragment>
            ))}
          </>
        )}
        <dt>{t('stored.place')}</dt>
        <dd>{t('stored.place_memory')}</dd>
      </dl>
      <p>{t('stored.never')}</p>
      <div class="actions">
        <Button label={t('stored.forget')} onClick={() => (isAsking.value = true)} />
      </div>
      {isAsking.value && <ForgetDialog account={account} onClose={() => (isAsking.value = false)} />}
    </Section>
  );
}

function entries({ length }: readonly unknown[]): string {
  return length === 0 ? t('stored.nothing') : counted('stored.entries', length);
}
