// One phone method: whose kind, which number, whether it signs in, and what can be done about that.
import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { defaultOfPhoneType } from '../lib/identity/phone-method.ts';
import { t } from '../lib/language/words.ts';
import type { Command } from '../lib/messaging/commands.ts';
import type { Account, Connection } from '../lib/store/database.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { ErrorNote } from './error-note.tsx';
import { Heading } from './heading.tsx';
import { Icon } from './icons.tsx';
import { LostPhoneDialog } from './lost-phone-dialog.tsx';
import { phoneTypeName } from './method-name.tsx';
import { NumberReview } from './number-review.tsx';
import type { Tile } from './overview.ts';
import { usePage } from './page.tsx';
import { Announced, Facts, PhoneNumber } from './parts.tsx';
import type { Removable } from './removal.ts';
import { RemoveDialog } from './remove-dialog.tsx';
import { TileProgress } from './tile-progress.tsx';

const purposes = {
  mobile: () => t('phones.purpose.mobile'),
  alternateMobile: () => t('phones.purpose.alternate_mobile'),
  office: () => t('phones.purpose.office'),
  unknown: () => t('phones.purpose.unknown'),
};

type Question =
  | { kind: 'enable' | 'disable' }
  | { kind: 'make-default' }
  | { kind: 'lost' }
  | { kind: 'remove'; of: Removable };

export function PhoneTile({ tile, account, connection }: { tile: Tile; account: Account; connection: Connection }) {
  const { method, isDefault, sms, progress } = tile;
  const { ask } = usePage();
  const isOpen = useSignal(false);
  const question = useSignal<Question | undefined>(undefined);
  const asking = question.value;
  const box = useRef<HTMLElement>(null);
  const titleId = useId();
  const moreId = useId();
  const otherFirst = tile.removal.kind === 'other-first' ? tile.removal.other : undefined;
  const choice = defaultOfPhoneType(method.type);
  const { defaultMethod } = account;
  const isBusy = progress.state === 'running' || progress.state === 'needs-step-up';

  const send = (command: Command) => {
    ask(command);
    // The button that had focus makes room for the progress.
    box.current?.focus();
  };
  const confirm = (kind: 'enable' | 'disable') => send({ kind, accountId: account.id, methodId: method.id });
  const askToRemove = (of: Removable) => {
    question.value = { kind: 'remove', of };
    // What is left to sign in with, and what can become the default; where it cannot be read, the service decides.
    if (defaultMethod !== 'unknown') ask({ kind: 'list-methods', accountId: account.id });
  };
  // A dialog's own end comes after what was asked in its place.
  const leave = (from: Question) => {
    if (question.peek() === from) question.value = undefined;
  };

  return (
    <article ref={box} class="tile" aria-labelledby={titleId} tabIndex={-1}>
      <header class="tile-head">
        <span class="tile-icon">
          <Icon name={method.type === 'office' ? 'office' : 'mobile'} />
        </span>
        <div class="tile-title">
          <Heading level={2} id={titleId}>
            {phoneTypeName(method.type)} {isDefault && <span class="badge">{t('phones.default')}</span>}
          </Heading>
          <PhoneNumber masked={method.masked} />
        </div>
        {method.type !== 'unknown' && !isBusy && (
          <button
            type="button"
            class="icon-button"
            aria-label={t('remove.action_for', { number: method.masked })}
            title={t('remove.action')}
            onClick={() => askToRemove(tile)}
          >
            <Icon name="remove" />
          </button>
        )}
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

      {sms !== 'none' && <SmsLine tile={tile} isBusy={isBusy} onEnable={() => (question.value = { kind: 'enable' })} />}
      <Announced>
        <TileProgress tile={tile} account={account} connection={connection} onRemove={() => askToRemove(tile)} />
        {tile.isDueForReview && progress.state === 'none' && (
          <NumberReview
            masked={method.masked}
            onYes={() => send({ kind: 'confirm-number', accountId: account.id, methodId: method.id })}
            onNewNumber={() => askToRemove(tile)}
          />
        )}
      </Announced>
      {sms === 'inUse' && progress.state !== 'failed' && !isBusy && (
        <ErrorNote
          error={{ kind: 'number-in-use', at: account.syncedAt ?? 0 }}
          connection={connection}
          account={account}
          method={method}
          onRetry={() => (question.value = { kind: 'enable' })}
        />
      )}

      <div id={moreId} class="tile-more" hidden={!isOpen.value}>
        <p>{purposes[method.type]()}</p>
        {isDefault && <p>{t('phones.default_help')}</p>}
        {choice && defaultMethod !== 'unknown' && defaultMethod.systemPreferred && (
          <p>{t('make_default.system_preferred')}</p>
        )}
        {sms === 'notConfigured' && <p>{t('sms.finish_help')}</p>}
        {sms === 'ready' && !isBusy && (
          <button
            type="button"
            aria-label={t('sms.turn_off_for', { number: method.masked })}
            onClick={() => (question.value = { kind: 'disable' })}
          >
            {t('sms.turn_off')}
          </button>
        )}
        {choice && defaultMethod !== 'unknown' && !isDefault && !isBusy && (
          <button
            type="button"
            aria-label={t('make_default.action_for', { number: method.masked })}
            onClick={() => (question.value = { kind: 'make-default' })}
          >
            {t('make_default.action')}
          </button>
        )}
        {method.type !== 'unknown' && method.type !== 'office' && !isBusy && (
          <button type="button" class="quiet" onClick={() => (question.value = { kind: 'lost' })}>
            {t('lost_phone.action')}
          </button>
        )}
      </div>

      {(asking?.kind === 'enable' || asking?.kind === 'disable') && (
        <ConfirmDialog
          key={asking.kind}
          title={asking.kind === 'enable' ? t('enable.title') : t('turn_off.title')}
          confirm={asking.kind === 'enable' ? t('enable.confirm') : t('turn_off.confirm')}
          takesAway={asking.kind === 'disable'}
          onConfirm={() => confirm(asking.kind)}
          onClose={() => leave(asking)}
        >
          <Facts masked={method.masked} userName={account.userName} />
          <p>{asking.kind === 'enable' ? t('enable.body') : t('turn_off.body')}</p>
          <p>{t('enable.keeps')}</p>
        </ConfirmDialog>
      )}
      {asking?.kind === 'make-default' && choice && (
        <ConfirmDialog
          title={t('make_default.title')}
          confirm={t('make_default.action')}
          onConfirm={() => send({ kind: 'make-default', accountId: account.id, method: choice })}
          onClose={() => leave(asking)}
        >
          <Facts masked={method.masked} userName={account.userName} />
          <p>{t('make_default.body')}</p>
          {defaultMethod !== 'unknown' && defaultMethod.systemPreferred && (
            <p class="hint">{t('make_default.system_preferred')}</p>
          )}
        </ConfirmDialog>
      )}
      {asking?.kind === 'lost' && (
        <LostPhoneDialog
          method={method}
          account={account}
          onRemove={() => askToRemove(tile)}
          onClose={() => leave(asking)}
        />
      )}
      {asking?.kind === 'remove' && (
        <RemoveDialog
          key={asking.of.method.id}
          // As things are by now, not as they were at the click.
          of={[tile, otherFirst].find((each) => each?.method.id === asking.of.method.id) ?? asking.of}
          account={account}
          connection={connection}
          onRemove={(defaultFirst) => {
            leave(asking);
            const { id: methodId } = asking.of.method;
            send({ kind: 'remove', accountId: account.id, methodId, ...(defaultFirst ? { defaultFirst } : {}) });
          }}
          onOther={askToRemove}
          onClose={() => leave(asking)}
        />
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
