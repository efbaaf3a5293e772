import { useSignal } from '@preact/signals';
import { browser } from '../../lib/shared/browser.ts';
import { counted, errorText, flat, language, sentences, t } from '../../lib/shared/language/translate.ts';
import { retentionDays } from '../../lib/shared/tables/tables.ts';
import type { AccountRows } from '../data/account-rows.ts';
import { Icon } from '../elements/icons.tsx';
import { Button, CopyButton, PhoneNumber, Section } from '../elements/parts.tsx';
import { usePage } from '../page.ts';
import type { AccountOverview } from '../view-model/accounts.ts';
import { type ActivityItem, activityOf, byDay } from '../view-model/activity.ts';
import { activityExport } from './activity-export.ts';
import { activityName, NotMeDialog } from './not-me-dialog.tsx';

/** Items that are shown before the user asks for all. */
const shownFirst = 12;

export function ActivitySection({ overview, rows }: { overview: AccountOverview; rows: AccountRows | undefined }) {
  const showsAll = useSignal(false);
  const doubted = useSignal<ActivityItem | undefined>(undefined);
  const { account } = overview;
  const now = usePage().now.value;
  const items = rows ? activityOf(rows) : [];
  const shown = showsAll.value ? items : items.slice(0, shownFirst);
  const textOf = (some: readonly ActivityItem[]) =>
    activityExport(some, { version: browser.runtime.getManifest().version, account, now: Date.now() });
  return (
    <Section id="activity" title={t('activity.title')}>
      <p class="hint">
        {t('activity.intro', { user: account.userName })} {counted('activity.retention', retentionDays)}
      </p>
      {rows && items.length === 0 && <p>{t('activity.none')}</p>}
      {byDay(shown).map(({ day, items: ofDay }) => (
        <section key={day} class="stack-tight" aria-label={dayName(day, now, language)}>
          <h3 class="day">{dayName(day, now, language)}</h3>
          <ol class="activity">
            {ofDay.map((item) => (
              <Item key={item.id} item={item} textOf={textOf} onDoubt={() => (doubted.value = item)} />
            ))}
          </ol>
        </section>
      ))}
      {items.length > 0 && (
        <div class="actions">
          {shown.length < items.length && (
            <Button label={counted('activity.all', items.length)} onClick={() => (showsAll.value = true)} />
          )}
          <Button label={t('activity.export')} onClick={() => download(textOf(items))} />
        </div>
      )}
      {doubted.value && (
        <NotMeDialog
          item={doubted.value}
          overview={overview}
          textOf={() => textOf(items)}
          onClose={() => (doubted.value = undefined)}
        />
      )}
    </Section>
  );
}

function Item(props: { item: ActivityItem; textOf: (items: ActivityItem[]) => string; onDoubt: () => void }) {
  const { item, textOf, onDoubt } = props;
  const { at, state, error, masked, requestIds } = item;
  const name = activityName(item);
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(at);
  const about = { what: masked ? `${name} ${masked}` : name, time };
  return (
    <li class="activity-item">
      <time dateTime={new Date(at).toISOString()}>{time}</time>
      <div class="stack-tight">
        <p>
          <strong>{name}</strong> {masked && <PhoneNumber masked={masked} />}
        </p>
        <p class={`ended ${state}`}>
          {state === 'done' && <Icon name="tick" />}
          {state === 'failed' && <Icon name="warning" />}
          <span>{sentences(t(`activity.state.${flat(state)}`), error && errorText(error.kind).title)}</span>
        </p>
        <details>
          <summary aria-label={t('activity.more_named', about)}>{t('activity.more')}</summary>
          <div class="stack-tight">
            {requestIds.length > 0 && (
              <dl class="quiet-facts">
                <dt>{t('activity.request_ids')}</dt>
                {requestIds.map((id) => (
                  <dd key={id}>
                    <bdi dir="ltr">{id}</bdi>
                  </dd>
                ))}
              </dl>
            )}
            <div class="actions">
              <Button label={t('activity.not_me')} aria-label={t('activity.not_me_named', about)} onClick={onDoubt} />
              <CopyButton
                text={() => textOf([item])}
                label={t('action.copy_details')}
                copied={t('action.details_copied')}
              />
            </div>
          </div>
        </details>
      </div>
    </li>
  );
}

function download(text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = `phone-sign-in-activity-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  // The browser needs the URL until it has started to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const dayMs = 24 * 60 * 60_000;

/** "today", "yesterday", or the date. @param day midnight in the local time zone */
export function dayName(day: number, now: number, language: string): string {
  // Rounded, because a day may have 23 or 25 hours.
  const ago = Math.round((new Date(now).setHours(0, 0, 0, 0) - day) / dayMs);
  return ago <= 1
    ? new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-ago, 'day')
    : new Intl.DateTimeFormat(language, { dateStyle: 'full' }).format(day);
}
