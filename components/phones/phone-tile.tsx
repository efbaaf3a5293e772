import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { t } from '../../lib/shared/language/translate.ts';
import { clouds } from '../../lib/shared/model/clouds.ts';
import type { Command } from '../../lib/shared/model/commands.ts';
import { Heading } from '../elements/heading.tsx';
import { Icon } from '../elements/icons.tsx';
import { Announced, Button, IconButton, Note, PhoneNumber } from '../elements/parts.tsx';
import { ErrorNote } from '../notes/error-note.tsx';
import { usePage, usePolicy } from '../page.ts';
import type { Removable } from '../view-model/removal.ts';
import type { Tile } from '../view-model/tiles.ts';
import { phoneTypeName } from './method-name.tsx';
import { TileMore } from './tile-more.tsx';
import { TileProgress } from './tile-progress.tsx';
import { type TileQuestion, TileQuestions } from './tile-questions.tsx';

/** @param props.onChange starts the change of the number; undefined while the user changes one already */
export function PhoneTile(props: { tile: Tile; onChange?: () => void }) {
  const { tile } = props;
  const { account, connection, method, isDefault, sms, progress } = tile;
  const { ask, surface } = usePage();
  const isOpen = useSignal(false);
  const question = useSignal<TileQuestion | undefined>(undefined);
  const asking = question.value;
  const box = useRef<HTMLElement>(null);
  const titleId = useId();
  const moreId = useId();
  // Without a gateway, a number is changed on a page of the service, which not every cloud has.
  const canChange = connection.gateway || clouds[connection.cloud].securityInfo;
  const onChange = canChange ? props.onChange : undefined;
  const canRemove = usePolicy().allowRemove;
  const isBusy = progress.state === 'running' || progress.state === 'needs-step-up';
  const hasInUseError = progress.state === 'failed' && progress.error.kind === 'number-in-use';

  const send = (command: Command) => {
    ask(command);
    // The clicked button disappears, and the focus with it.
    box.current?.focus();
  };
  const about = { accountId: account.id, methodId: method.id };
  const tryIt = () => send({ kind: 'try-sign-in', ...about, from: surface });
  const askQuestion = (asked: TileQuestion) => {
    question.value = asked;
  };
  const askToRemove = (removable: Removable) => {
    askQuestion(removable);
    // The dialog needs the other methods; if they cannot be read, the service decides.
    ask({ kind: 'list-methods', accountId: account.id });
  };
  // A dialog closes after the next one has opened.
  const leave = (from: TileQuestion) => {
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
        {method.type !== 'unknown' && canRemove && !isBusy && (
          <IconButton
            icon="remove"
            label={t('remove.action_for', { number: method.masked })}
            title={t('remove.action')}
            onClick={() => askToRemove(tile)}
          />
        )}
        <button
          type="button"
          class="icon-button caret"
          aria-expanded={isOpen.value}
          aria-controls={moreId}
          aria-label={t('phones.more', { number: method.masked })}
          onClick={() => (isOpen.value = !isOpen.value)}
        >
          <Icon name="caret" />
        </button>
      </header>

      <SmsLine tile={tile} isBusy={isBusy} onEnable={() => askQuestion('enable')} />
      <Announced>
        <TileProgress tile={tile} onRemove={() => askToRemove(tile)} onTry={tryIt} />
        {tile.isDueForReview && progress.state === 'none' && (
          <Note
            kind="info"
            title={t('review.title', { number: method.masked })}
            masked={method.masked}
            actions={
              <>
                <Button label={t('review.yes')} onClick={() => send({ kind: 'confirm-number', ...about })} />
                <Button
                  label={t('review.new_number')}
                  onClick={onChange ?? (() => (canRemove ? askToRemove(tile) : askQuestion('new-phone')))}
                />
              </>
            }
          >
            <p>{t('review.help')}</p>
          </Note>
        )}
      </Announced>
      {sms === 'inUse' && !hasInUseError && !isBusy && (
        <ErrorNote
          error={{ kind: 'number-in-use', at: account.syncedAt ?? 0 }}
          {...{ connection, account, method }}
          onRetry={() => askQuestion('enable')}
        />
      )}

      <div id={moreId} class="tile-more" hidden={!isOpen.value}>
        <TileMore tile={tile} isBusy={isBusy} onAsk={askQuestion} onTry={tryIt} onChange={onChange} />
      </div>

      {asking && (
        <TileQuestions
          question={asking}
          tile={tile}
          onSend={send}
          onRemove={askToRemove}
          onChange={onChange}
          onClose={() => leave(asking)}
        />
      )}
    </article>
  );
}

function SmsLine({ tile, isBusy, onEnable }: { tile: Tile; isBusy: boolean; onEnable: () => void }) {
  const { sms, method } = tile;
  if (sms === 'none') return null;
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
      {tile.canEnable && !isBusy && (
        <Button
          label={t('sms.enable')}
          class="primary"
          aria-label={t('sms.enable_for', { number: method.masked })}
          onClick={onEnable}
        />
      )}
    </div>
  );
}
