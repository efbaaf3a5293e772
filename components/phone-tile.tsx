// One phone method: whose kind, which number, whether it signs in, and what can be done about that.
import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { t } from '../lib/language/words.ts';
import type { Account, Connection } from '../lib/store/database.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { ErrorNote } from './error-note.tsx';
import { Icon } from './icons.tsx';
import type { Tile } from './overview.ts';
import { usePage } from './page.tsx';
import { Announced, PhoneNumber, UserName } from './parts.tsx';
import { TileProgress } from './tile-progress.tsx';

export const typeWords = {
  mobile: () => ({ label: t('phones.type.mobile'), purpose: t('phones.purpose.mobile') }),
  alternateMobile: () => ({ label: t('phones.type.alternate_mobile'), purpose: t('phones.purpose.alternate_mobile') }),
  office: () => ({ label: t('phones.type.office'), purpose: t('phones.purpose.office') }),
  unknown: () => ({ label: t('phones.type.unknown'), purpose: t('phones.purpose.unknown') }),
};

export function PhoneTile({ tile, account, connection }: { tile: Tile; account: Account; connection: Connection }) {
  const { method, isDefault, sms, progress } = tile;
  const { ask } = usePage();
  const isOpen = useSignal(false);
  const question = useSignal<'enable' | 'disable' | undefined>(undefined);
  const asking = question.value;
  const box = useRef<HTMLElement>(null);
  const titleId = useId();
  const moreId = useId();
  const { label, purpose } = typeWords[method.type]();
  const isBusy = progress.state === 'running' || progress.state === 'needs-step-up';

  const confirm = (kind: 'enable' | 'disable') => {
    ask({ kind, accountId: account.id, methodId: method.id });
    // The button that had focus makes room for the progress.
    box.current?.focus();
  };

  return (
    <article ref={box} class="tile" aria-labelledby={titleId} tabIndex={-1}>
      <header class="tile-head">
        <span class="tile-icon">
          <Icon name={method.type === 'office' ? 'office' : 'mobile'} />
        </span>
        <div class="tile-title">
          <h2 id={titleId}>
            {label} {isDefault && <span class="badge">{t('phones.default')}</span>}
          </h2>
          <PhoneNumber masked={method.masked} />
        </div>
        <button
          type="button"
          class="icon-button caret"
          aria-expanded={isOpen.value}
          aria-controls={moreId}
          aria-label={t('phones.more', { number: method.masked })}
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          <Icon name="caret" />
        </button>
      </header>

      {sms !== 'none' && <SmsLine tile={tile} isBusy={isBusy} onEnable={() => (question.value = 'enable')} />}
      <Announced>
        <TileProgress tile={tile} account={account} connection={connection} />
      </Announced>
      {sms === 'inUse' && progress.state !== 'failed' && !isBusy && (
        <ErrorNote
          error={{ kind: 'number-in-use', at: account.syncedAt ?? 0 }}
          connection={connection}
          account={account}
          method={method}
          onRetry={() => (question.value = 'enable')}
        />
      )}

      <div id={moreId} class="tile-more" hidden={!isOpen.value}>
        <p>{purpose}</p>
        {isDefault && <p>{t('phones.default_help')}</p>}
        {sms === 'notConfigured' && <p>{t('sms.finish_help')}</p>}
        {sms === 'ready' && !isBusy && (
          <button
            type="button"
            aria-label={t('sms.turn_off_for', { number: method.masked })}
            onClick={() => (question.value = 'disable')}
          >
            {t('sms.turn_off')}
          </button>
        )}
      </div>

      {asking && (
        <ConfirmDialog
          title={asking === 'enable' ? t('enable.title') : t('turn_off.title')}
          confirm={asking === 'enable' ? t('enable.confirm') : t('turn_off.confirm')}
          takesAway={asking === 'disable'}
          onConfirm={() => confirm(asking)}
          onClose={() => (question.value = undefined)}
        >
          <dl class="facts">
            <dt>{t('enable.number')}</dt>
            <dd>
              <PhoneNumber masked={method.masked} />
            </dd>
            <dt>{t('enable.account')}</dt>
            <dd>
              <UserName of={account.userName} />
            </dd>
          </dl>
          <p>{asking === 'enable' ? t('enable.body') : t('turn_off.body')}</p>
          <p>{t('enable.keeps')}</p>
        </ConfirmDialog>
      )}
    </article>
  );
}

function SmsLine({ tile, isBusy, onEnable }: { tile: Tile; isBusy: boolean; onEnable: () => void }) {
  const { sms, method } = tile;
  if (sms === 'none') return null;
  const canEnable = (sms === 'notEnabled' || sms === 'notConfigured') && !isBusy;
  const words = {
    ready: t('sms.ready'),
    notEnabled: t('sms.not_enabled'),
    notConfigured: t('sms.not_configured'),
    inUse: t('sms.not_enabled'),
    unknown: t('sms.unknown'),
  };
  return (
    <div class="tile-sms">
      <p>
        <span class="label">{t('sms.label')}</span>{' '}
        <span class={sms === 'ready' ? 'state on' : 'state'}>{words[sms]}</span>
      </p>
      {canEnable && (
        <button
          type="button"
          class="primary"
          aria-label={t('sms.enable_for', { number: method.masked })}
          onClick={onEnable}
        >
          {t('sms.enable')}
        </button>
      )}
    </div>
  );
}
