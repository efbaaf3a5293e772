import { t } from '../../lib/shared/language/translate.ts';
import type { Command } from '../../lib/shared/model/commands.ts';
import { defaultOfPhoneType } from '../../lib/shared/model/phone-method.ts';
import { ConfirmDialog } from '../elements/confirm-dialog.tsx';
import { Facts } from '../elements/parts.tsx';
import { OrganizationHelp } from '../notes/organization-help.tsx';
import { usePolicy } from '../page.ts';
import type { Removable } from '../view-model/removal.ts';
import type { Tile } from '../view-model/tiles.ts';
import { RemoveDialog } from './remove-dialog.tsx';

/** A removable number asks whether to remove it. */
export type TileQuestion = 'enable' | 'disable' | 'make-default' | 'new-phone' | 'lost' | Removable;

export function TileQuestions(props: {
  question: TileQuestion;
  tile: Tile;
  onSend: (command: Command) => void;
  onRemove: (removable: Removable) => void;
  onChange: (() => void) | undefined;
  onClose: () => void;
}) {
  const { question, tile, onSend, onRemove, onChange, onClose } = props;
  const { account, method } = tile;
  const { defaultMethod, id: accountId } = account;
  const canRemove = usePolicy().allowRemove;
  if (typeof question === 'object') {
    const { id: methodId } = question.method;
    const otherFirst = tile.removal.kind === 'other-first' ? tile.removal.other : undefined;
    return (
      <RemoveDialog
        key={methodId}
        // The current state, not the one at the click.
        of={[tile, otherFirst].find((each) => each?.method.id === methodId) ?? question}
        tile={tile}
        onRemove={(defaultFirst) => {
          onClose();
          onSend({ kind: 'remove', accountId, methodId, ...(defaultFirst ? { defaultFirst } : {}) });
        }}
        onOther={onRemove}
        onClose={onClose}
      />
    );
  }
  const about = { accountId, methodId: method.id };
  const choice = defaultOfPhoneType(method.type);
  const dialogs = {
    enable: {
      title: t('enable.title'),
      confirm: t('enable.confirm'),
      onConfirm: () => onSend({ kind: 'enable', ...about }),
      texts: [t('enable.body'), t('enable.keeps')],
    },
    disable: {
      title: t('turn_off.title'),
      confirm: t('turn_off.confirm'),
      takesAway: true,
      onConfirm: () => onSend({ kind: 'disable', ...about }),
      texts: [t('turn_off.body'), t('enable.keeps')],
    },
    'make-default': {
      title: t('make_default.title'),
      confirm: t('make_default.action'),
      onConfirm: () => choice && onSend({ kind: 'make-default', accountId, method: choice }),
      texts: [t('make_default.body')],
    },
    'new-phone': {
      title: t('new_phone.title'),
      confirm: onChange && t('change.action'),
      isOptional: true,
      onConfirm: onChange,
      texts: [t('new_phone.body'), t('new_phone.apps'), onChange && t('new_phone.new_number')],
    },
    lost: {
      title: t('lost_phone.title'),
      confirm: canRemove ? t('lost_phone.confirm') : undefined,
      onConfirm: () => onRemove(tile),
      texts: canRemove ? [t('lost_phone.body'), t('lost_phone.tell')] : [t('lost_phone.body_locked')],
    },
  };
  const { texts, ...dialog } = dialogs[question];
  return (
    <ConfirmDialog key={question} {...dialog} onClose={onClose}>
      <Facts masked={method.masked} userName={account.userName} />
      {texts.map((text) => text && <p key={text}>{text}</p>)}
      {question === 'make-default' && defaultMethod !== 'unknown' && defaultMethod.systemPreferred && (
        <p class="hint">{t('make_default.system_preferred')}</p>
      )}
      {question === 'lost' && <OrganizationHelp />}
    </ConfirmDialog>
  );
}
