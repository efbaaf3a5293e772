import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { counted, t } from '../../lib/shared/language/translate.ts';
import { accountPageFrom, accountPagesInUse, patternsOf } from '../../lib/shared/model/account-pages.ts';
import type { Settings } from '../../lib/shared/model/rows.ts';
import { effectiveSettings } from '../../lib/shared/policy/effective-policy.ts';
import type { PolicyKey } from '../../lib/shared/policy/setting-definitions.ts';
import { requestPermission } from '../data/host-permissions.ts';
import { Announced, Form, Locked, Section } from '../elements/parts.tsx';
import { TextField } from '../elements/text-field.tsx';
import { PagePermission } from '../notes/page-permission.tsx';
import { ProgressNote } from '../notes/progress-note.tsx';
import { usePage } from '../page.ts';
import { type PageState, type Progress, progressOfKind } from '../view-model/progress.ts';

export function SettingsSection({ pageState }: { pageState: PageState }) {
  const { ask } = usePage();
  const progress = progressOfKind(pageState, 'change-settings');
  const change = (settings: Omit<Settings, 'id'>) => ask({ kind: 'change-settings', settings });
  const settings = effectiveSettings({ ...pageState.rows, settings: asChosen(pageState.rows.settings, progress) });
  const isManaged = (key: PolicyKey) => settings.managedKeys.includes(key);
  const isBannerOn = settings.bannerMode !== 'off';
  return (
    <Section id="settings" title={t('settings.title')}>
      <div class="stack">
        <Setting
          label={t('settings.banner')}
          help={t('settings.banner_help')}
          checked={isBannerOn}
          isLocked={isManaged('bannerMode')}
          onChange={(banner) => change({ banner })}
        />
        <Announced>
          {isBannerOn && (
            <PagePermission patterns={patternsOf(accountPagesInUse(pageState.rows.connections, settings))} />
          )}
        </Announced>
        <Setting
          label={t('settings.reminder')}
          help={
            isManaged('numberReviewDays') && settings.numberReviewDays > 0
              ? counted('settings.reminder_days', settings.numberReviewDays)
              : t('settings.reminder_help')
          }
          checked={settings.numberReviewDays > 0}
          isLocked={isManaged('numberReviewDays')}
          onChange={(numberReminder) => change({ numberReminder })}
        />
        {isBannerOn && !isManaged('accountPages') && (
          <AccountPages pages={settings.accountPages} onSave={(accountPages) => change({ accountPages })} />
        )}
        <Announced>{progress.state === 'lost' && <ProgressNote progress={progress} />}</Announced>
      </div>
    </Section>
  );
}

/** A choice is shown before it is stored. */
function asChosen(kept: Settings | undefined, progress: Progress): Settings | undefined {
  if (progress.state !== 'running' || progress.command.kind !== 'change-settings') return kept;
  return { ...kept, ...progress.command.settings, id: 'settings' } as Settings;
}

function Setting(props: {
  label: string;
  help: string;
  checked: boolean;
  isLocked: boolean;
  onChange: (checked: boolean) => void;
}) {
  const { label, help, checked, isLocked, onChange } = props;
  const helpId = useId();
  return (
    <div class="setting">
      <label>
        <input
          type="checkbox"
          checked={checked}
          disabled={isLocked}
          aria-describedby={helpId}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span>{label}</span>
      </label>
      <p id={helpId} class="hint">
        {help} {isLocked && <Locked />}
      </p>
    </div>
  );
}

function AccountPages({ pages, onSave }: { pages: readonly string[]; onSave: (pages: string[]) => void }) {
  const typed = useSignal<string | undefined>(undefined);
  const error = useSignal('');
  const save = () => {
    const entered = (typed.value ?? pages.join('\n')).split(/\s+/).filter(Boolean);
    const addresses = entered.map((text) => accountPageFrom(/^[a-z]+:/i.test(text) ? text : `https://${text}`));
    const wrong = entered[addresses.indexOf(undefined)];
    error.value = wrong ? t('pages.invalid', { address: wrong }) : '';
    if (wrong) return;
    const wanted = [...new Set(addresses.filter((address) => address !== undefined))];
    // Only within the click handler does the browser accept the request as a user gesture.
    if (wanted.length > 0) void requestPermission(patternsOf(wanted));
    onSave(wanted);
    typed.value = undefined;
  };
  return (
    <details class="another" open={pages.length > 0}>
      <summary>{t('pages.title')}</summary>
      <Form onSubmit={save}>
        <TextField
          label={t('pages.label')}
          help={t('pages.help')}
          error={error.value}
          value={typed.value ?? pages.join('\n')}
          rows={3}
          onType={(text) => (typed.value = text)}
        />
        <div class="actions">
          <button type="submit">{t('pages.save')}</button>
        </div>
      </Form>
    </details>
  );
}
