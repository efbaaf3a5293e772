import { t } from '../../lib/shared/language/translate.ts';
import type { Command } from '../../lib/shared/model/commands.ts';
import { defaultOfPhoneType } from '../../lib/shared/model/phone-method.ts';
import { ConfirmDialog } from '../elements/confirm-dialog.tsx';
import { Facts } from '../elements/parts.tsx';
import { OrganizationHelp } from '../notes/organization-help.tsx';
import { usePolicy } from '../page.ts';
import type { Removable } from '../view-model/removal.ts';
import { RemoveDialog } from './remove-dialog.tsx';
import type { TileProps } from './tile-progress.tsx';

export type TileQuestion =
  | { kind: 'enable' | 'disable' | 'make-default' | 'new-phone' | 'lost' }
  | { kind: 'remove'; of: Removable };

interface Props extends TileProps {
  question: TileQuestion;
  onSend: (command: Command) => void;
  onRemove: (of: Removable) => void;
  onChange: (() => void) | undefined;
  onClose: () => void;
}

export function TileQuestions(props: Props) {
  const { question, tile, account, connection, onSend, onRemove, onChange, onClose } = props;
  const { method } = tile;
  const { defaultMethod, id: accountId } = account;
  const canRemove = usePolicy().allowRemove;
  const facts = <Facts masked={method.masked} userName={account.userName} />;
  switch (question.kind) {
    case 'enable':
    case 'disable': {
      const { kind } = question;
      return (
        <ConfirmDialog
          key={kind}
          title={kind === 'enable' ? t('enable.title') : t('turn_off.title')}
          confirm={kind === 'enable' ? t('enable.confirm') : t('turn_off.confirm')}
          takesAway={kind === 'disable'}
          onConfirm={() => onSend({ kind, accountId, methodId: method.id })}
          onClose={onClose}
        >
          {facts}
          <p>{kind === 'enable' ? t('enable.body') : t('turn_off.body')}</p>
          <p>{t('enable.keeps')}</p>
        </ConfirmDialog>
      );
    }
    case 'make-default': {
      const choice = defaultOfPhoneType(method.type);
      if (!choice) return null;
      return (
        <ConfirmDialog
          title={t('make_default.title')}
          confirm={t('make_default.action')}
          onConfirm={() => onSend({ kind: 'make-default', accountId, method: choice })}
          onClose={onClose}
        >
          {facts}
          <p>{t('make_default.body')}</p>
          {defaultMethod !== 'unknown' && defaultMethod.systemPreferred && (
            <p class="hint">{t('make_default.system_preferred')}</p>
          )}
        </ConfirmDialog>
      );
    }
    case 'new-phone':
      return (
        <ConfirmDialog
          title={t('new_phone.title')}
          confirm={onChange && t('change.action')}
          isOptional
          onConfirm={() => onChange?.()}
          onClose={onClose}
        >
          {facts}
          <p>{t('new_phone.body')}</p>
          <p>{t('new_phone.apps')}</p>
          {onChange && <p>{t('new_phone.new_number')}</p>}
        </ConfirmDialog>
      );
    case 'lost':
      return (
        <ConfirmDialog
          title={t('lost_phone.title')}
          confirm={canRemove ? t('lost_phone.confirm') : undefined}
          onConfirm={() => onRemove(tile)}
          onClose={onClose}
        >
          {facts}
          <p>{canRemove ? t('lost_phone.body') : t('lost_phone.body_locked')}</p>
          {canRemove && <p>{t('lost_phone.tell')}</p>}
          <OrganizationHelp />
        </ConfirmDialog>
      );
    case 'remove': {
      const { of } = question;
      const otherFirst = tile.removal.kind === 'other-first' ? tile.removal.other : undefined;
      return (
        <RemoveDialog
          key={of.method.id}
          // The current state, not the one at the click.
          of={[tile, otherFirst].find((each) => each?.method.id === of.method.id) ?? of}
          account={account}
          connection={connection}
          onRemove={(defaultFirst) => {
            onClose();
            onSend({ kind: 'remove', accountId, methodId: of.method.id, ...(defaultFirst ? { defaultFirst } : {}) });
          }}
          onOther={onRemove}
          onClose={onClose}
        />
      );
    }
  }
}
