import { useSignal } from '@preact/signals';
import { type ComponentChildren, Fragment } from 'preact';
import { counted, language, t } from '../../lib/shared/language/translate.ts';
import { retentionDays } from '../../lib/shared/model/rows.ts';
import type { AccountTable } from '../../lib/shared/tables/tables.ts';
import type { AccountRows } from '../data/account-rows.ts';
import { Button } from '../elements/button.tsx';
import { PhoneNumber, UserName } from '../elements/parts.tsx';
import { Section } from '../elements/section.tsx';
import { phoneTypeName } from '../phones/method-name.tsx';
import type { AccountOverview } from '../view-model/accounts.ts';
import { ForgetDialog } from './forget-dialog.tsx';

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
        {rows && <Stored rows={rows} readAt={readAt || undefined} />}
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

function Stored({ rows, readAt }: { rows: AccountRows; readAt: string | undefined }) {
  // The type requires an entry for each table of an account.
  const described: Record<AccountTable, { title: string; what: ComponentChildren }> = {
    methods: {
      title: t('phones.title'),
      what: (
        <>
          {rows.methods.length === 0 && t('stored.nothing')}
          {rows.methods.map(({ id, type, masked }) => (
            <span key={id} class="line">
              {phoneTypeName(type)} <PhoneNumber masked={masked} />
            </span>
          ))}
          {readAt && <span class="hint line">{t('stored.methods_help', { time: readAt })}</span>}
        </>
      ),
    },
    outbox: {
      title: t('stored.journal'),
      what: (
        <>
          {entries(rows.outbox)}
          <span class="hint line">{counted('stored.retention', retentionDays)}</span>
        </>
      ),
    },
    verifications: { title: t('stored.verifications'), what: entries(rows.verifications) },
    registrations: { title: t('stored.registrations'), what: entries(rows.registrations) },
    answers: { title: t('stored.answers'), what: entries(rows.answers) },
    confirmations: { title: t('stored.confirmations'), what: entries(rows.confirmations) },
  };
  return (
    <>
      {Object.entries(described).map(([table, { title, what }]) => (
        <Fragment key={table}>
          <dt>{title}</dt>
          <dd>{what}</dd>
        </Fragment>
      ))}
    </>
  );
}

function entries({ length }: readonly unknown[]): string {
  return length === 0 ? t('stored.nothing') : counted('stored.entries', length);
}
